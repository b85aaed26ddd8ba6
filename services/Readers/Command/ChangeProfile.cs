using Library.Defaults.Stores;
using Library.Defaults.Web;
using Microsoft.AspNetCore.Mvc;

namespace Library.Readers.Command;

/// <summary>Only what is given changes; null removes the phone or the date of birth.</summary>
internal sealed record ChangeProfile
{
    public Given<string> Name { get; init; }

    public Given<string> Email { get; init; }

    public Given<string> Phone { get; init; }

    public Given<DateOnly?> BirthDate { get; init; }

    public static async Task<IResult> Handle(string id, [FromBody] ChangeProfile request, ReaderStore readers, CancellationToken cancellation)
    {
        var read = await readers.Load(id, cancellation);
        if (read.Document is not { } reader)
        {
            return ReaderRefusals.Unknown.ToProblem();
        }

        var wanted = request.On(reader.Profile).Normalised();
        var contacts = await readers.ReadContacts(wanted, cancellation);
        if (reader.Change(wanted, contacts, readers.Today).IsRefused(out var refusal, out var changed))
        {
            return refusal.ToProblem();
        }

        if (changed == reader)
        {
            return reader.AsAnswer().ToResult();
        }

        var former = await readers.ReadContacts(reader.Profile, cancellation);
        var answer = await readers.Save(read, changed, changed.AsProfileChanged(), ContactsMove.Between(former, contacts), cancellation);
        return answer.ToResult();
    }

    private Profile On(Profile now) => new(Name.Or(now.Name), Email.Or(now.Email), Phone.Or(now.Phone), BirthDate.Or(now.BirthDate));
}

internal sealed record ReaderChanged(string Id, long Version);
