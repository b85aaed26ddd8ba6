using System.Collections;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Runner.Tests;

/// <summary>The smallest app there can be: it is healthy, tells its environment, and has a child of its own.</summary>
internal static class TinyApp
{
    public const string Word = "tiny";

    public static int Run()
    {
        var id = Environment.GetEnvironmentVariable("APP_ID");
        var port = int.Parse(Environment.GetEnvironmentVariable("APP_PORT")!, System.Globalization.CultureInfo.InvariantCulture);
        using var child = Process.Start("sleep", ["1000"]);
        Console.WriteLine($"{id} is {Environment.ProcessId} with child {child.Id}");
        Console.Error.WriteLine("an error line");
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        while (true)
        {
            using var client = listener.AcceptTcpClient();
            Answer(client.GetStream());
        }
    }

    private static void Answer(NetworkStream stream)
    {
        var buffer = new byte[4096];
        var head = Encoding.ASCII.GetString(buffer, 0, stream.Read(buffer));
        var body = head.StartsWith("GET /environment ", StringComparison.Ordinal)
            ? string.Join('\n', Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => $"{variable.Key}={variable.Value}"))
            : "";
        var status = body.Length > 0 || head.StartsWith("GET /healthz ", StringComparison.Ordinal) ? "200 OK" : "404 Not Found";
        stream.Write(Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}"));
    }
}
