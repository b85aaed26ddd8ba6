using Dapr.Client;

namespace Sdk.Tests.Driven;

/// <summary>
/// The tests of this project drive the SDK against a running sidecar. Here their compiled code is asked whether any public member was
/// forgotten: each overload, accessor and constructor must be called by one of them.
/// </summary>
public sealed class EveryMemberTests
{
    [Fact]
    public void Every_public_member_is_called_by_a_test()
    {
        var called = CalledMembers.Of(typeof(EveryMemberTests).Assembly, typeof(DaprClient).Assembly);
        var forgotten = PublicMembers.Of(typeof(DaprClient).Assembly).Where(member => !called.Contains(member.MetadataToken)).Select(PublicMembers.NameOf).Order(StringComparer.Ordinal);
        Assert.Equal("", string.Join('\n', forgotten));
    }
}
