-- Starts the checking program for a button of the add-in and does not wait for it. The add-in hands over two lines: what to do,
-- and the path of the open workbook, or nothing. "xlprocess addin install" fills in the Python.
on startButton(theRequest)
	set thePython to quoted form of "@PYTHON@"
	set theAction to first paragraph of theRequest
	set theCommand to thePython & " -P -m xlprocess.doors.button " & quoted form of theAction
	if (length of theRequest) > (length of theAction) + 1 then
		set theBook to text ((length of theAction) + 2) thru -1 of theRequest
		set theCommand to theCommand & " --file " & quoted form of theBook
	end if
	try
		do shell script "test -x " & thePython
	on error
		return "no python"
	end try
	do shell script theCommand & " >/dev/null 2>&1 &"
	return "started"
end startButton
