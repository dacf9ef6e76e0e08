-- The wait for the next opening was counted as the time of a handover that was tried again in it, and no window is as long.
delete from handover where millis > 4 * 60 * 60 * 1000;
