-- Starts the checking program from a button of the add-in and does not wait for it. "xlprocess addin install" fills in the Python.
on startButton(request)
	set python to "@PYTHON@"
	set action to first paragraph of request
	set book to text ((length of action) + 2) thru -1 of (request & linefeed)
	set words_ to quoted form of python & " -P -m xlprocess.doors.button " & quoted form of action
	if book is not linefeed then
		set book to text 1 thru -2 of book
		set words_ to words_ & " --file " & quoted form of book
	end if
	try
		do shell script "test -x " & quoted form of python
	on error
		return "no python"
	end try
	do shell script words_ & " >/dev/null 2>&1 &"
	return "started"
end startButton
