using System.Text;
using Library.Defaults.Auth;
using Library.Defaults.Auth.Keys;
using Library.Defaults.Refusals;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sidecar.Testing;
using Tokens;

namespace Defaults.Tests.Auth;

public sealed class KeyRingTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private readonly TestClock _clock = new();
    private readonly TestIssuer _first = new();
    private readonly List<DateTimeOffset> _asked = [];
    private readonly KeyRing _keys;
    private Func<CancellationToken, Task<string>> _tell;

    public KeyRingTests()
    {
        _tell = _ => Task.FromResult(_first.Jwks);
        _keys = new KeyRing(Told, Options.Create(new AuthOptions()), _clock, NullLogger<KeyRing>.Instance);
    }

    [Fact]
    public async Task Many_at_once_ask_once()
    {
        var answer = new TaskCompletionSource<string>();
        _tell = _ => answer.Task;
        var all = Enumerable.Range(0, 50).Select(_ => Find(_first.Kid)).ToList();
        answer.SetResult(_first.Jwks);

        Assert.All(await Task.WhenAll(all), Assert.NotNull);
        Assert.Single(_asked);
    }

    [Fact]
    public async Task A_known_key_is_not_asked_for_again()
    {
        await Find(_first.Kid);
        await Find(_first.Kid);

        Assert.Single(_asked);
    }

    [Fact]
    public async Task A_new_key_is_found_when_its_turn_comes_and_not_refused()
    {
        await Find(_first.Kid);
        var next = new TestIssuer();
        _tell = _ => Task.FromResult(TestIssuer.SetOf(_first, next));

        Assert.NotNull(await InTime(Find(next.Kid)));
        Assert.NotNull(await Find(_first.Kid));
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task A_bad_id_is_asked_for_once_a_minute()
    {
        await Find(_first.Kid);
        Assert.Null(await InTime(Find("bad")));
        Assert.Null(await Find("bad"));
        _clock.Advance(TimeSpan.FromSeconds(50));
        Assert.Null(await Find("bad"));
        Assert.Equal(2, _asked.Count);

        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(await InTime(Find("bad")));
        Assert.Equal(3, _asked.Count);
    }

    [Fact]
    public async Task Many_bad_ids_cost_one_question_a_second_and_none_holds_up_what_is_known()
    {
        await Find(_first.Kid);
        var begun = _clock.GetUtcNow();
        for (var round = 0; round < 5; round++)
        {
            var bad = Enumerable.Range(0, 40).Select(n => Find($"bad {round} {n}")).ToList();
            Assert.NotNull(await Find(_first.Kid));
            foreach (var one in bad)
            {
                Assert.Null(await InTime(one));
            }
        }

        Assert.All(_asked.Zip(_asked.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(1)));
        Assert.True(_asked.Count <= (_clock.GetUtcNow() - begun).TotalSeconds + 2, $"{_asked.Count}");
    }

    [Fact]
    public async Task A_new_key_is_found_amid_bad_ids()
    {
        await Find(_first.Kid);
        var next = new TestIssuer();
        var bad = Enumerable.Range(0, 2500).Select(n => Find($"bad {n}")).ToList();
        _tell = _ => Task.FromResult(TestIssuer.SetOf(_first, next));

        Assert.NotNull(await InTime(Find(next.Kid)));
        Assert.All(await InTime(Task.WhenAll(bad)), Assert.Null);
    }

    [Fact]
    public async Task A_key_that_is_made_while_others_are_told_is_asked_for_once_more()
    {
        await Find(_first.Kid);
        var next = new TestIssuer();
        var late = new TaskCompletionSource<string>();
        _tell = _ => late.Task;
        var bad = Find("bad");
        await _clock.AdvanceUntil(() => _asked.Count == 2, Step);
        var good = Find(next.Kid);
        _tell = _ => Task.FromResult(TestIssuer.SetOf(_first, next));
        late.SetResult(_first.Jwks);

        Assert.Null(await InTime(bad));
        Assert.NotNull(await InTime(good));
    }

    [Fact]
    public async Task While_the_issuer_is_away_known_keys_go_on_and_what_is_not_known_waits()
    {
        await Find(_first.Kid);
        var next = new TestIssuer();
        _tell = _ => Task.FromException<string>(new HttpRequestException("away"));

        Assert.NotNull(await Find(_first.Kid));
        Assert.Equal(AuthRefusals.KeysUnknown, await Refusal(next.Kid));
        Assert.NotNull(await Find(_first.Kid));

        _tell = _ => Task.FromResult(TestIssuer.SetOf(_first, next));
        Assert.NotNull(await InTime(Find(next.Kid)));
    }

    [Fact]
    public async Task Without_any_key_nobody_is_refused_for_good()
    {
        _tell = _ => Task.FromException<string>(new HttpRequestException("away"));

        Assert.Equal(AuthRefusals.KeysUnknown, await Refusal(_first.Kid));
        Assert.NotNull(AuthRefusals.KeysUnknown.RetryAfter);
        _tell = _ => Task.FromResult(_first.Jwks);
        Assert.NotNull(await InTime(Find(_first.Kid)));
    }

    [Fact]
    public async Task An_issuer_that_does_not_end_its_answer_is_not_waited_for()
    {
        _tell = _ => new TaskCompletionSource<string>().Task;

        Assert.Equal(AuthRefusals.KeysUnknown, await Refusal(_first.Kid));
        Assert.True(_clock.GetUtcNow() - _asked[0] < TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","kid":"a","n":"x","e":"AQAB"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"AAAA","y":"AAAA"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-384","kid":"a"}]}""")]
    public async Task What_is_no_set_of_keys_changes_nothing(string told)
    {
        await Find(_first.Kid);
        _tell = _ => Task.FromResult(told);

        Assert.Equal(AuthRefusals.KeysUnknown, await Refusal("a"));
        Assert.NotNull(await Find(_first.Kid));
    }

    [Fact]
    public void Two_keys_of_one_id_are_no_set_and_keys_of_other_kinds_are_passed_over()
    {
        var twin = $$"""{"keys":[{{_first.PublicKey().ToJsonString()}},{{_first.PublicKey().ToJsonString()}}]}""";
        var other = $$"""{"keys":[{"kty":"OKP","kid":"o"},{{_first.PublicKey().ToJsonString()}}]}""";

        Assert.Null(KeySet.Read(Encoding.UTF8.GetBytes(twin)));
        Assert.NotNull(KeySet.Read(Encoding.UTF8.GetBytes(other))!.Find(_first.Kid));
        Assert.Null(KeySet.Read(Encoding.UTF8.GetBytes(other))!.Find("o"));
    }

    [Fact]
    public async Task Keys_are_asked_for_again_now_and_then_when_somebody_comes_and_one_that_was_withdrawn_is_gone()
    {
        var next = new TestIssuer();
        await Find(_first.Kid);
        _tell = _ => Task.FromResult(next.Jwks);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Single(_asked);

        Assert.NotNull(await Find(_first.Kid));
        await _clock.AdvanceUntil(() => !_keys.Knows(_first.Kid), Step);

        Assert.Equal(2, _asked.Count);
        Assert.True(_keys.Knows(next.Kid));
    }

    private async Task<ReadOnlyMemory<byte>> Told(CancellationToken cancellation)
    {
        lock (_asked)
        {
            _asked.Add(_clock.GetUtcNow());
        }

        return Encoding.UTF8.GetBytes(await _tell(cancellation));
    }

    private Task<Key?> Find(string kid) => _keys.Find(kid, TestContext.Current.CancellationToken).AsTask();

    private async Task<Refusal> Refusal(string kid) => (await Assert.ThrowsAsync<RefusedException>(() => InTime(Find(kid)))).Refusal;

    private async Task<T> InTime<T>(Task<T> finding)
    {
        await _clock.AdvanceUntil(() => finding.IsCompleted, Step);
        return await finding;
    }
}
