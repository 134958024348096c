"""What people type about awards. Forms check shape; services judge."""
