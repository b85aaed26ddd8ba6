using Sidecar.Zipkin;

namespace Sidecar.Tests.Zipkin;

/// <summary>Who calls whom, out of whatever spans were told.</summary>
public sealed class DependencyLinksTests
{
    [Fact]
    public void Both_sides_of_a_call_count_once_and_the_server_s_name_counts() => Assert.Equal(
        ["web->app 1"],
        Links(Span("1", null, ZipkinKind.Client, "web", "wrong-name"), Span("2", "1", ZipkinKind.Server, "app")));

    [Fact]
    public void Sides_that_share_an_id_count_once_even_without_the_flag() => Assert.Equal(
        ["web->app 1"],
        Links(Span("1", null, ZipkinKind.Client, "web"), Span("1", null, ZipkinKind.Server, "app")));

    [Fact]
    public void A_call_without_an_answer_counts_by_what_the_caller_says() => Assert.Equal(
        ["web->db 1 failed 1"],
        Links(Span("1", null, ZipkinKind.Client, "web", "db", error: true)));

    [Fact]
    public void Local_spans_between_are_passed_over() => Assert.Equal(
        ["web->app 1", "app->db 1"],
        Links(Span("1", null, ZipkinKind.Server, "web"), Span("2", "1", null, "web"), Span("3", "2", ZipkinKind.Client, "web"), Span("4", "3", ZipkinKind.Server, "app"), Span("5", "4", null, "app"), Span("6", "5", ZipkinKind.Client, "app", "db")));

    [Fact]
    public void A_failure_that_the_caller_alone_knows_counts() => Assert.Equal(
        ["web->app 1 failed 1"],
        Links(Span("1", null, ZipkinKind.Client, "web", error: true), Span("2", "1", ZipkinKind.Server, "app")));

    [Fact]
    public void Messages_are_linked_by_their_broker() => Assert.Equal(
        ["web->queue 1", "queue->app 1"],
        Links(Span("1", null, ZipkinKind.Producer, "web", "queue"), Span("2", "1", ZipkinKind.Consumer, "app", "queue")));

    [Fact]
    public void Pieces_of_one_span_are_one() => Assert.Equal(
        ["web->db 1"],
        Links(Span("1", null, ZipkinKind.Client, "web"), new ZipkinSpan("a", "1") { Remote = new ZipkinEndpoint("db", null, null, 0) }));

    [Fact]
    public void What_lost_its_root_or_names_itself_a_parent_in_a_ring_still_counts_once() => Assert.Equal(
        ["web->db 2"],
        Links(Span("1", "9", ZipkinKind.Client, "web", "db"), Span("2", "8", ZipkinKind.Client, "web", "db"), Span("3", "4", null, "x"), Span("4", "3", null, "x")));

    private static IEnumerable<string> Links(params ZipkinSpan[] trace)
    {
        var links = new DependencyLinks();
        links.Add(trace);
        return links.All.Select(link => $"{link.Parent}->{link.Child} {link.CallCount}{(link.ErrorCount > 0 ? $" failed {link.ErrorCount}" : "")}");
    }

    private static ZipkinSpan Span(string id, string? parent, ZipkinKind? kind, string service, string? remote = null, bool error = false) => new("a", id)
    {
        ParentId = parent,
        Kind = kind,
        Timestamp = long.Parse(id, System.Globalization.CultureInfo.InvariantCulture),
        Local = new ZipkinEndpoint(service, null, null, 0),
        Remote = remote is null ? null : new ZipkinEndpoint(remote, null, null, 0),
        Tags = error ? new Dictionary<string, string> { ["error"] = "true" } : [],
    };
}
