"""Case files in and out, coded by HTCDS. Must never write another room's tables but by its actions."""
