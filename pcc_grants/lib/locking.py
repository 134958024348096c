"""A row under lock, together with what it refers to."""


def locked(rows, pk):
    """The row with this key, locked until the transaction ends, with whatever `rows` selects beside it.

    The lock comes first and the reading second. In one statement that had to wait, only the locked row would
    be as it is now: what is joined to it would be as before the wait, and a row that now refers to another
    would not be found at all. Raises the model's DoesNotExist.
    """
    rows.model._base_manager.select_for_update(no_key=True).values_list("pk").get(pk=pk)
    return rows.get(pk=pk)
