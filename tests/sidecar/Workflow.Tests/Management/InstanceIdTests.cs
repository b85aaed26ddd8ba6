using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Workflow.Management;

namespace Workflow.Tests.Management;

public sealed class InstanceIdTests
{
    [Theory]
    [InlineData("order-1_a")]
    [InlineData("größe")]
    [InlineData("注文")]
    public void Letters_of_any_script_digits_dashes_and_underscores_are_taken(string id) => Assert.Equal(id, InstanceId.Check(id));

    [Fact]
    public void One_is_made_when_there_is_none() => Assert.True(Guid.TryParse(InstanceId.Check(""), out _));

    [Theory]
    [InlineData("bad id!", "ERR_INSTANCE_ID_INVALID", "workflow instance ID 'bad id!' is invalid: only alphanumeric and underscore characters are allowed")]
    [InlineData("a:0001", "ERR_INSTANCE_ID_INVALID", "workflow instance ID 'a:0001' is invalid: only alphanumeric and underscore characters are allowed")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ERR_INSTANCE_ID_TOO_LONG", "workflow instance ID exceeds the max length of 64 characters")]
    public void Others_are_refused(string id, string code, string message)
    {
        var refused = Assert.Throws<ApiException>(() => InstanceId.Check(id));
        Assert.Equal((400, code, message), (refused.HttpStatus, refused.Code, refused.Message));
    }

    [Theory]
    [InlineData(0, 0, "1970-01-01T00:00:00Z")]
    [InlineData(-62135596800, 0, "0001-01-01T00:00:00Z")]
    [InlineData(253402300799, 999999999, "9999-12-31T23:59:59.999999999Z")]
    [InlineData(1, 500000000, "1970-01-01T00:00:01.500Z")]
    [InlineData(1, 1500, "1970-01-01T00:00:01.000001500Z")]
    [InlineData(1, 1000, "1970-01-01T00:00:01.000001Z")]
    public void Times_are_written_with_as_many_digits_as_they_need(long seconds, int nanos, string text) =>
        Assert.Equal(text, InstanceDescription.Text(new Timestamp { Seconds = seconds, Nanos = nanos }));
}
