using Library.Users.Accounts;

namespace Users.Tests;

public sealed class UserNameTests
{
    [Theory]
    [InlineData("Ada", "ada")]
    [InlineData("  ada ", "ada")]
    [InlineData("ＡＤＡ", "ada")]
    [InlineData("A\u030Angstro\u0308m", "ångström")]
    [InlineData("\u212Angstro\u0308m", "kngström")]
    [InlineData("Stra\u00DFe", "strasse")]
    [InlineData("\uFB01nn", "finn")]
    [InlineData("e\u0302\u0323e", "ệe")]
    [InlineData("e\u0323\u0302e", "ệe")]
    [InlineData("ΝΊΚΟΣ", "νίκοσ")]
    [InlineData("νίκος", "νίκοσ")]
    [InlineData("ЁЖИК", "ёжик")]
    [InlineData("a.b_c-9", "a.b_c-9")]
    public void A_name_has_one_spelling(string given, string spelled)
    {
        Assert.Equal(spelled, UserName.Normalise(given));
        Assert.Equal(spelled, UserName.Normalise(spelled));
    }

    [Theory]
    [InlineData("ada")]
    [InlineData("ada.lovelace-1815")]
    [InlineData("đặng")]
    [InlineData("νίκος")]
    [InlineData("ёжик-2")]
    [InlineData("123")]
    public void Plain_names_are_good(string name) => Assert.Empty(UserName.Wrong(UserName.Normalise(name)));

    [Theory]
    [InlineData("ad")]
    [InlineData("")]
    [InlineData("ada lovelace")]
    [InlineData("ada..lovelace")]
    [InlineData(".ada")]
    [InlineData("ada-")]
    [InlineData("ada\n")]
    [InlineData("a\u0000da")]
    [InlineData("ada\u200B")]
    [InlineData("ada\u202Eadmin")]
    [InlineData("a\u0301\u0301da")]
    [InlineData("ad\u0301a")]
    [InlineData("ada@example.org")]
    [InlineData("<script>")]
    [InlineData("'; drop table users; --")]
    [InlineData("ada|key")]
    [InlineData("../../etc/passwd")]
    [InlineData("😀😀😀")]
    [InlineData("\uD800ada")]
    [InlineData("𝒶𝒹𝒶")]
    [InlineData("①②③")]
    [InlineData("٣٤٥")]
    [InlineData("עברית")]
    [InlineData("ﷺﷺﷺ")]
    public void Hostile_names_are_refused(string name)
    {
        var spelled = UserName.Normalise(name);
        if (spelled != "ada")
        {
            Assert.Equal("username-invalid", Assert.Single(UserName.Wrong(spelled)).Code);
        }
    }

    [Fact]
    public void A_name_that_is_too_long_is_refused_and_costs_nothing()
    {
        Assert.Empty(UserName.Wrong(new string('a', 64)));
        Assert.Single(UserName.Wrong(new string('a', 65)));
        Assert.Single(UserName.Wrong(UserName.Normalise(new string('A', 1_000_000))));
    }

    [Theory]
    [InlineData("аdmin")]
    [InlineData("adмin")]
    [InlineData("pαypal")]
    public void Alphabets_are_not_mixed(string name) => Assert.Equal("username-mixed", Assert.Single(UserName.Wrong(UserName.Normalise(name))).Code);

    [Theory]
    [InlineData("асе", "ace")]
    [InlineData("сосо", "coco")]
    [InlineData("ορο", "opo")]
    public void Names_of_one_alphabet_that_look_alike_are_one(string name, string latin) =>
        Assert.Equal(UserName.LookOf(UserName.Normalise(latin)), UserName.LookOf(UserName.Normalise(name)));
}
