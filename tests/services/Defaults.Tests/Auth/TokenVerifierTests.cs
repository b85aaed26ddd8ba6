using System.Text;
using System.Text.Json.Nodes;
using Library.Defaults.Auth;
using Library.Defaults.Auth.Keys;
using Library.Defaults.Auth.Tokens;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sidecar.Testing;
using Tokens;

namespace Defaults.Tests.Auth;

public sealed class TokenVerifierTests
{
    private readonly TestIssuer _issuer = new();
    private readonly TestClock _clock = new();
    private readonly RememberedTokens _remembered;
    private readonly TokenVerifier _verifier;

    public TokenVerifierTests()
    {
        var options = Options.Create(new AuthOptions { Jwks = _issuer.Jwks });
        _remembered = new RememberedTokens(options);
        _verifier = new TokenVerifier(new KeyRing(_ => throw new InvalidOperationException("The set is fixed."), options, _clock, NullLogger<KeyRing>.Instance), _remembered, options, _clock);
    }

    public static TheoryData<string> Hostile => [.. HostileTokens.All.Keys];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task What_is_not_a_token_of_ours_counts_for_nothing(string what)
    {
        var verdict = await Verify(HostileTokens.All[what](_issuer));

        Assert.Equal(Verdict.Invalid, verdict);
        Assert.Equal(0, _remembered.Count);
    }

    [Fact]
    public async Task A_token_says_who_asks()
    {
        var token = (await Verify(_issuer.Token("u1", "r1", ["reader", "door"]))).Token!;

        Assert.Equal(("u1", "r1"), (token.Caller.UserId, token.Caller.ReaderId));
        Assert.Equal(["door", "reader"], token.Caller.Roles.Order(StringComparer.Ordinal));
        Assert.Null((await Verify(_issuer.Token("u2", null, []))).Token!.Caller.ReaderId);
    }

    [Fact]
    public async Task What_ours_may_say_one_day_does_not_hurt()
    {
        Assert.NotNull((await Verify(_issuer.Token("u", null, [], body => body["more"] = new JsonObject { ["a"] = 1 }, head => head["more"] = 1))).Token);
        Assert.NotNull((await Verify(_issuer.Token("u", null, [], header: head => head.Remove("typ")))).Token);
        Assert.NotNull((await Verify(_issuer.Token("u", null, [], header: head => head["crit"] = null))).Token);
    }

    [Theory]
    [InlineData("exp", 0, -1, "expired")]
    [InlineData("exp", 29, -1, "good")]
    [InlineData("exp", 31, -1, "expired")]
    [InlineData("iat", -29, 1000, "good")]
    [InlineData("iat", -31, 1000, "invalid")]
    [InlineData("nbf", -29, 1000, "good")]
    [InlineData("nbf", -31, 1000, "invalid")]
    public async Task Clocks_may_differ_by_half_a_minute(string claim, int secondsAgo, int exp, string expected)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var token = _issuer.Token("u", null, [], body =>
        {
            body["exp"] = exp < 0 ? now + 60 : now + exp;
            body[claim] = now - secondsAgo - (expected == "expired" && secondsAgo == 0 ? 60 : 0);
        });

        var verdict = await Verify(token);

        Assert.Equal(expected, verdict.Token is not null ? "good" : verdict.IsExpired ? "expired" : "invalid");
    }

    [Fact]
    public async Task A_remembered_token_ends_like_any_other()
    {
        var token = _issuer.Token("u", null, [], body => body["exp"] = _clock.GetUtcNow().AddMinutes(30).ToUnixTimeSeconds());
        Assert.NotNull((await Verify(token)).Token);
        Assert.Equal(1, _remembered.Count);

        _clock.Advance(TimeSpan.FromMinutes(30));
        Assert.NotNull((await Verify(token)).Token);
        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.True((await Verify(token)).IsExpired);
    }

    [Fact]
    public async Task A_remembered_token_of_a_key_that_was_withdrawn_counts_no_more()
    {
        var next = new TestIssuer();
        var told = _issuer.Jwks;
        var options = Options.Create(new AuthOptions { KeysFresh = TimeSpan.FromMinutes(5) });
        var keys = new KeyRing(_ => Task.FromResult<ReadOnlyMemory<byte>>(Encoding.UTF8.GetBytes(told)), options, _clock, NullLogger<KeyRing>.Instance);
        var verifier = new TokenVerifier(keys, _remembered, options, _clock);
        var token = _issuer.Token("u", null, []);
        Assert.NotNull((await verifier.Verify(token, TestContext.Current.CancellationToken)).Token);

        told = next.Jwks;
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull((await verifier.Verify(next.Token("u", null, []), TestContext.Current.CancellationToken)).Token);

        var asking = verifier.Verify(token, TestContext.Current.CancellationToken).AsTask();
        await _clock.AdvanceUntil(() => asking.IsCompleted, TimeSpan.FromMilliseconds(100));
        Assert.Null((await asking).Token);
    }

    [Fact]
    public async Task Many_at_once_are_told_apart()
    {
        var tokens = Enumerable.Range(0, 200).Select(n => (User: $"u{n}", Token: _issuer.Token($"u{n}", null, []))).ToList();

        await Parallel.ForEachAsync(tokens.Concat(tokens), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (one, cancellation) =>
            Assert.Equal(one.User, (await _verifier.Verify(one.Token, cancellation)).Token!.Caller.UserId));
    }

    private ValueTask<Verdict> Verify(string token) => _verifier.Verify(token, TestContext.Current.CancellationToken);
}
