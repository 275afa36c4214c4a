"""What has no noun of the subject: the home folder, the embedded database, progress, problems."""
