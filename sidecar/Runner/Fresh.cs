using Runner.Databases;
using Runner.Template;

namespace Runner;

/// <summary>Forgets the data of a run. Where servers are and what passwords they know is no data.</summary>
internal static class Fresh
{
    public static void Forget(RunFile file)
    {
        if (!Directory.Exists(file.Data))
        {
            return;
        }

        foreach (var entry in new DirectoryInfo(file.Data).EnumerateFileSystemInfos().Where(entry => entry.Name != "secrets.json"))
        {
            if (entry is DirectoryInfo { LinkTarget: null } folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }

    public static async Task ForgetAsync(IEnumerable<Server> servers, Action<string> say, CancellationToken cancellation)
    {
        foreach (var server in servers)
        {
            say(await server.ForgetAsync(cancellation));
        }
    }
}
