using System.Text;
using Library.Contracts;
using Library.Contracts.Readers;
using Library.Defaults.Stores;
using Sidecar.Testing;

namespace Readers.Tests;

public sealed class EraseTests
{
    private static readonly string[] Planted = ["Lovelace", "lovelace@example.org", "030998877", "1815-12-10"];

    [Fact]
    public async Task Of_an_erased_reader_only_the_id_is_left_and_others_are_told()
    {
        await using var library = await CommandSide.Start();
        await library.Active("r1", "ada@example.org", "12345");

        var reply = await library.Erase("r1");

        Assert.Equal((true, "r1", 3L), (reply.Done, reply.Id, reply.Version));
        var fact = (await library.Sidecar.Published(ReaderErased.Topic).First()).Read<Published<ReaderErased>>(StoredJson.Options).Fact;
        Assert.Equal(new ReaderErased("r1", 3, ReaderState.Erased, null, null, null, null), fact);
        Assert.Equal(404, (await library.Patch("r1", new { name = "Eve" })).Status);
        Assert.True((await library.Create("r2", "ada@example.org", "12345")).Done);
    }

    [Fact]
    public async Task A_pending_reader_is_not_erased_and_an_unknown_one_neither()
    {
        await using var library = await CommandSide.Start();
        await library.Create("r1", "ada@example.org");

        Assert.Equal("reader-pending", Assert.Single((await library.Erase("r1")).Reasons!).Code);
        Assert.Equal("reader-unknown", Assert.Single((await library.Erase("r9")).Reasons!).Code);
    }

    [Fact]
    public async Task Erasing_again_is_done_again()
    {
        await using var library = await CommandSide.Start();
        await library.Active("r1", "ada@example.org");
        await library.Erase("r1");

        Assert.True((await library.Erase("r1", sagaId: "another-erasure")).Done);
        Assert.Equal("erased", (await library.State("reader|r1")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_parked_message_about_an_erased_reader_says_nothing_any_more()
    {
        await using var library = await CommandSide.Start();
        library.Sidecar.Log.ExpectAnything();
        await library.Active("r1", "ada@example.org");
        var bySaga = new { sagaId = "saga-r1", step = 1, name = "Lovelace" };
        var another = new { sagaId = "saga-r2", step = 1, name = "Babbage" };
        Assert.Equal(422, (await library.Sidecar.Deliver("pubsub", CreateReader.Topic, bySaga, new MessageOptions { Id = "m1" })).Status);
        Assert.Equal(422, (await library.Sidecar.Deliver("pubsub", CreateReader.Topic, another, new MessageOptions { Id = "m2" })).Status);

        await library.Erase("r1");
        Assert.Equal(422, (await library.Sidecar.Deliver("pubsub", CreateReader.Topic, bySaga, new MessageOptions { Id = "m1" })).Status);
        Assert.Equal(200, (await library.Sidecar.Deliver("pubsub", "reader-command.parked", bySaga, new MessageOptions { Id = "m3" })).Status);

        var kept = string.Concat(await Task.WhenAll(library.Sidecar.Keys(CommandSide.Store).Where(key => key.StartsWith("parked|", StringComparison.Ordinal)).Select(async key => (await library.State(key)).GetRawText())));
        Assert.Contains("Babbage", kept, StringComparison.Ordinal);
        Assert.Equal(1, kept.Split("Lovelace").Length - 1);
    }

    [Fact]
    public async Task After_an_erasure_no_file_of_the_store_has_the_person()
    {
        var folder = Directory.CreateTempSubdirectory("erase-").FullName;
        try
        {
            await using var library = await CommandSide.Start(options => options.SqlitePubSub("pubsub").Resource($"""
                apiVersion: dapr.io/v1alpha1
                kind: Component
                metadata:
                  name: {CommandSide.Store}
                spec:
                  type: state.sqlite
                  version: v1
                  metadata:
                  - name: connectionString
                    value: {folder}/store.db
                """));
            for (var i = 0; i < 6; i++)
            {
                await library.Active($"other{i}", $"other{i}@example.org", $"0301{i:00000}");
            }

            Assert.True((await library.Create("r1", "lovelace@example.org", "030998877", "Ada Lovelace", birthDate: new DateOnly(1815, 12, 10))).Done is false);
            Assert.True((await library.Create("r1", "lovelace@example.org", "030998877", "Ada Lovelace", attempt: 2, birthDate: new DateOnly(1915, 12, 10))).Done);
            Assert.True((await library.Confirm("r1")).Done);
            Assert.Equal(200, (await library.Patch("r1", new { name = "Ada King-Lovelace", birthDate = "1918-12-10" }, key: "a-key")).Status);
            Assert.True(IsIn(folder, "Lovelace") && IsIn(folder, "lovelace@example.org"));

            await library.Erase("r1");

            for (var tries = 0; tries < 500 && Planted.Any(text => IsIn(folder, text)); tries++)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            Assert.DoesNotContain(Planted, text => IsIn(folder, text));
            Assert.True(IsIn(folder, "other3@example.org"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>As it is, or as the store writes bytes: in base64, of which the text may begin at any of three places.</summary>
    private static bool IsIn(string folder, string text)
    {
        string[] forms = [text, .. Enumerable.Range(0, 3).Select(at => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{new string(' ', at)}{text}"))[(at == 0 ? 0 : 4)..^4])];
        return Directory.GetFiles(folder, "store.db*").Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)).Any(file =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            var content = reader.ReadToEnd();
            return forms.Any(form => content.Contains(form, StringComparison.Ordinal));
        });
    }
}
