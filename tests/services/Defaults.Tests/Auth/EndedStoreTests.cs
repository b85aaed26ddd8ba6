using Defaults.Tests.Views;
using Library.Contracts.Users;
using Library.Defaults.Auth;
using Library.Defaults.Auth.Sessions;
using Microsoft.Extensions.Options;
using Sidecar.Testing;

namespace Defaults.Tests.Auth;

public sealed class EndedStoreTests
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(30);
    private readonly TestClock _clock = new();
    private readonly MemoryDocuments _documents = new();
    private readonly EndedStore _store;

    public EndedStoreTests() => _store = Store();

    [Fact]
    public async Task Many_at_once_are_all_kept()
    {
        var stores = new[] { _store, Store(), Store() };

        await Task.WhenAll(Enumerable.Range(0, 30).Select(n => Add(stores[n % 3], $"j{n}")));

        Assert.Equal(30, (await Kept()).Count);
    }

    [Fact]
    public async Task The_same_message_again_changes_nothing_but_the_epoch()
    {
        var ended = Ended("j1");
        await _store.Add(ended, TestContext.Current.CancellationToken);
        await _store.Add(ended, TestContext.Current.CancellationToken);

        Assert.Single(await Kept());
    }

    [Fact]
    public async Task Pages_are_short_and_go_when_their_tokens_have_ended()
    {
        for (var n = 0; n < 3 * EndedPage.Most; n++)
        {
            await Add(_store, $"j{n}");
        }

        Assert.Equal(3, _documents.Keys.Count(key => key.Contains('|')));
        _clock.Advance(Life + TimeSpan.FromMinutes(1));
        await Add(_store, "new");
        await Add(_store, "newer");

        Assert.Equal(["new", "newer"], (await Kept()).Order(StringComparer.Ordinal));
        Assert.Equal(2, _documents.Keys.Count);
    }

    /// <summary>Dies before or after each call in turn; the message comes again, and whatever was acknowledged is there.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(EndedPage.Most - 1)]
    public async Task Whatever_a_crash_leaves_the_message_that_comes_again_puts_right(int before)
    {
        for (var n = 0; n < before; n++)
        {
            await Add(_store, $"j{n}");
        }

        for (var crash = 0; crash < 12; crash++)
        {
            var calls = 0;
            var at = crash;
            _documents.Before = (_, _) => calls++ == at ? Task.FromException(new HttpRequestException("killed")) : Task.CompletedTask;
            await Record.ExceptionAsync(() => Add(Store(), $"crash{at}"));
            _documents.Before = (_, _) => Task.CompletedTask;
            _documents.Saved = key => key == "sessions-ended" ? Task.FromException(new HttpRequestException("killed")) : Task.CompletedTask;
            await Record.ExceptionAsync(() => Add(Store(), $"crash{at}"));
            _documents.Saved = _ => Task.CompletedTask;
            await Add(Store(), $"crash{at}");
        }

        var kept = await Kept();
        Assert.Equal(before + 12, kept.Count);
    }

    [Fact]
    public void What_is_known_is_forgotten_when_it_matters_no_more()
    {
        var known = new EndedSessions();
        var now = _clock.GetUtcNow();
        known.Add(new SessionsEnded("u1", "j1", null, null, now));
        known.Add(new SessionsEnded("u2", null, now, null, now));
        known.Add(new SessionsEnded("u3", null, now, null, now.AddHours(1)));

        known.Forget(now.AddSeconds(1));

        Assert.Equal(1, known.Count);
    }

    private EndedStore Store() => new(_documents, Options.Create(new AuthOptions()), _clock);

    private SessionsEnded Ended(string session) => new("u1", session, null, null, _clock.GetUtcNow() + Life);

    private Task Add(EndedStore store, string session) => store.Add(Ended(session), TestContext.Current.CancellationToken);

    /// <summary>As a process reads it that knows nothing yet.</summary>
    private async Task<HashSet<string>> Kept()
    {
        var index = await _store.ReadIndex(TestContext.Current.CancellationToken);
        var pages = await _store.ReadPages([.. index.Pages.Select(place => place.Page)], TestContext.Current.CancellationToken);
        return [.. pages.SelectMany(page => page!.Ended).Select(ended => ended.SessionId!)];
    }
}
