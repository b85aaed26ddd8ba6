using Library.Contracts;
using Library.Defaults.Stores;

namespace Library.Readers.Command;

/// <summary>Who has an e-mail address and a phone number, each of which belongs to one reader at most.</summary>
internal sealed record Contacts(Claimed Email, Claimed Phone)
{
    public IEnumerable<Reason> TakenFrom(string id)
    {
        if (Email.IsTakenFrom(id))
        {
            yield return new Reason("email-taken", "This e-mail address belongs to another reader.");
        }

        if (Phone.IsTakenFrom(id))
        {
            yield return new Reason("phone-taken", "This phone number belongs to another reader.");
        }
    }
}

/// <summary>What a change takes and gives up.</summary>
internal sealed record ContactsMove(Contacts? Taken, Contacts? Released)
{
    public static readonly ContactsMove None = new(null, null);

    /// <summary>What stays is neither taken nor released.</summary>
    public static ContactsMove Between(Contacts former, Contacts wanted)
    {
        var nothing = new Claimed("", null, "");
        var (sameEmail, samePhone) = (former.Email.Key == wanted.Email.Key, former.Phone.Key == wanted.Phone.Key);
        return new ContactsMove(
            new Contacts(sameEmail ? nothing : wanted.Email, samePhone ? nothing : wanted.Phone),
            new Contacts(sameEmail ? nothing : former.Email, samePhone ? nothing : former.Phone));
    }

    public void AddTo(Change change, string id)
    {
        Taken?.Email.Take(id, change);
        Taken?.Phone.Take(id, change);
        Released?.Email.Release(id, change);
        Released?.Phone.Release(id, change);
    }
}
