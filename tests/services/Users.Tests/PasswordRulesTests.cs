using Library.Users.Passwords;

namespace Users.Tests;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("shelf-lamp-river-stone")]
    [InlineData("Tr0ub4dor&3xyz!")]
    [InlineData("ich mag am liebsten Kaffee")]
    [InlineData("пароль для библиотеки")]
    [InlineData("k9-Vw2_pQ7xLm")]
    [InlineData("7mh3a-q2xwc-uu8np")]
    public void A_password_that_is_hard_to_guess_is_good(string password) => Assert.Empty(PasswordRules.Wrong(password, "ada", "ada@example.org"));

    [Theory]
    [InlineData("password1234")]
    [InlineData("P@ssw0rd1234")]
    [InlineData("passwordpassword")]
    [InlineData("qwertyuiop[]")]
    [InlineData("1q2w3e4r5t6y")]
    [InlineData("123456789012")]
    [InlineData("aaaaaaaaaaaaaaa")]
    [InlineData("abcabcabcabcabc")]
    [InlineData("iloveyou2024!")]
    [InlineData("Welcome2Library")]
    [InlineData("adminadmin123")]
    [InlineData("987654321qwerty")]
    [InlineData("correcthorsebatterystaple")]
    [InlineData("letmein-letmein")]
    [InlineData("Summer2026Summer")]
    public void What_everybody_tries_first_is_refused(string password) => Assert.Equal("password-common", Assert.Single(PasswordRules.Wrong(password, "ada", "ada@example.org")).Code);

    [Fact]
    public void All_that_is_wrong_is_said_at_once() =>
        Assert.Equal(["password-too-short", "password-common", "password-invalid"], PasswordRules.Wrong("abc\n", "ada", null).Select(reason => reason.Code));

    [Theory]
    [InlineData("ada.lovelace1", "ada.lovelace", null)]
    [InlineData("ADA.LOVELACE", "ada.lovelace", null)]
    [InlineData("lovelace@example.org", "ada", "lovelace@example.org")]
    [InlineData("xlovelace-ada7", "ada", "lovelace-ada@example.org")]
    public void A_password_is_more_than_the_user_name_or_the_address(string password, string username, string? email) =>
        Assert.Contains("password-personal", PasswordRules.Wrong(password, username, email).Select(reason => reason.Code));

    [Fact]
    public void Length_counts_characters_and_its_end_counts_bytes()
    {
        Assert.Contains("password-too-short", PasswordRules.Wrong("😀😃😄😁😆😅", "ada", null).Select(reason => reason.Code));
        var words = string.Join(' ', Enumerable.Range(0, 100).Select(i => $"w{i}"));
        Assert.Empty(PasswordRules.Wrong(words[..256], "ada", null));
        Assert.Equal("password-too-long", Assert.Single(PasswordRules.Wrong(words[..257], "ada", null)).Code);
        Assert.Contains("password-too-short", PasswordRules.Wrong(null, null, null).Select(reason => reason.Code));
    }
}
