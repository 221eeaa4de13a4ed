"""The commonest passwords that would otherwise be long enough, in small letters."""

_WORDS = """
000000000a 0123456789a 1234567890a 1234567890q 1234567890qwe 1234567891 12345678910 1234567899 123456789aa
123456789abc 123456789asd 123456789q 123456789qq 123456789qwe 123456789z 123456abcd 123456qwerty 12345qwert
1234qwer1234 1234qwerasdf 123abc123abc 123qwe123qwe 123qweasdzxc 13579246810 1472583690 147258369a 159357456258
1a2b3c4d5e 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qaz@wsx3edc 1qazxsw23edc 5201314520
520131452013 52013145201314 5201314521 a123456789 a1234567890 a12345678910 aa12345678 aa123456789 abc1234567
abc123456789 abc123abc123 abcd123456 abcd12345678 abcde12345 abcdef123456 admin12345 admin123456 admin@1234
admin@12345 admin@123456 administrator asd123456789 asdf123456 asdfghjkl1 asdfghjkl123 asdfghjkl;' baseball123
changeme123 changeme1234 chocolate1 computer123 dragon123456 facebook123 football123 frozenset( google123456
guest123456 hello123456 helloworld1 hemei12345 hemei123456 huawei123456 iloveyou12 iloveyou123 iloveyou1314
internet123 letmein123 letmein1234 liverpool1 manchester1 master123456 michael123 monkey12345 monkey123456 p@ssw0rd123
p@ssword123 pa$$word123 pass123456 passw0rd123 passw0rd1234 password00 password01 password1! password10 password11
password12 password123 password1234 password12345 password123456 password2024 password2025 password2026 password99
princess12 princess123 q123456789 q1w2e3r4t5 q1w2e3r4t5y6 qazwsx123456 qazwsxedc1 qazwsxedc123 qazwsxedcrfv
qq123456789 qq1234567890 qwe123456789 qwer123456 qwer12345678 qwerty1234 qwerty12345 qwerty123456 qwertyuiop1
qwertyuiop123 qwertyuiop[] root123456 shequ123456 sunshine12 sunshine123 superman12 superman123 test123456
test12345678 trustno1234 user123456 w123456789 wang123456 wangyi123456 welcome123 welcome1234 woaini1234 woaini123456
woaini1314 woaini13145 woaini1314520 woaini5201314 woshishui123 xiaoming123 z123456789 zhang123456 zhangwei123
zhengzhou1 zhengzhou123 zxc123456789 zxcvbnm,./ zxcvbnm123 zxcvbnm1234 zxcvbnm12345 zz12345678 zz123456789
"""

COMMONEST = frozenset(_WORDS.split())
