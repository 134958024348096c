"""A question that is answered with a document."""


def question_of_file(request, application, part, entry):
    raise NotImplementedError
