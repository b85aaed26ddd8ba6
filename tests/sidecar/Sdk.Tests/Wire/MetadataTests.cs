using Grpc.Core;

namespace Sdk.Tests.Wire;

/// <summary>The types of gRPC that users of Dapr touch.</summary>
public sealed class MetadataTests
{
    [Fact]
    public void Entries_are_found_whatever_the_case_of_their_keys()
    {
        var metadata = new Metadata { { "Name", "one" }, { "name", "two" }, { "data-bin", new byte[] { 1, 2 } } };
        Assert.Equal(("two", "name"), (metadata.GetValue("NAME"), metadata.Get("name")!.Key));
        Assert.Equal(["one", "two"], metadata.GetAll("name").Select(entry => entry.Value));
        Assert.Equal([1, 2], metadata.GetValueBytes("data-bin")!);
        Assert.Null(metadata.Get("none"));
        Assert.True(metadata[2].IsBinary);
        Assert.Throws<InvalidOperationException>(() => metadata[2].Value);
        Assert.Equal("[Entry: key=name, value=one]", metadata[0].ToString());
        Assert.Equal("one"u8.ToArray(), metadata[0].ValueBytes);
    }

    [Fact]
    public void It_is_a_list()
    {
        var (one, two) = (new Metadata.Entry("one", "1"), new Metadata.Entry("two-bin", new byte[] { 2 }));
        var metadata = new Metadata { two };
        metadata.Insert(0, one);
        metadata[1] = two;
        Assert.Equal((0, 2, true, false), (metadata.IndexOf(one), metadata.Count, metadata.Contains(two), metadata.IsReadOnly));
        var copy = new Metadata.Entry[2];
        metadata.CopyTo(copy, 0);
        Assert.Equal([one, two], copy);
        using var entries = metadata.GetEnumerator();
        Assert.True(entries.MoveNext());
        Assert.True(metadata.Remove(one));
        metadata.RemoveAt(0);
        metadata.Add(one);
        metadata.Clear();
        Assert.Empty(metadata);
    }

    [Theory]
    [InlineData("white space")]
    [InlineData("text-bin")]
    public void A_key_that_cannot_be_sent_is_refused(string key) => Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "value"));

    [Fact]
    public void The_empty_one_stays_empty()
    {
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("a", "b"));
        Assert.Throws<InvalidOperationException>(Metadata.Empty.Clear);
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("text", new byte[] { 1 }));
    }

    [Fact]
    public void A_failure_tells_its_status()
    {
        var cause = new InvalidOperationException("why");
        var status = new Status(StatusCode.Aborted, "lost", cause);
        Assert.Equal(("lost", cause), (status.Detail, status.DebugException));
        Assert.Equal("""Status(StatusCode="Aborted", Detail="lost", DebugException="System.InvalidOperationException: why")""", status.ToString());
        Assert.Equal(("m", StatusCode.OK), (new RpcException(Status.DefaultSuccess, "m").Message, new RpcException(Status.DefaultSuccess, "m").StatusCode));
        var failure = new RpcException(status, [], "m");
        Assert.Equal((StatusCode.Aborted, 0, cause), (failure.Status.StatusCode, failure.Trailers.Count, failure.InnerException));
    }
}
