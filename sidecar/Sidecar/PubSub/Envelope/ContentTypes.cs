using Google.Protobuf;

namespace Sidecar.PubSub.Envelope;

/// <summary>Which way a body goes into an envelope. Parameters behind a semicolon do not matter, nor does case.</summary>
internal static class ContentTypes
{
    public const string CloudEvent = "application/cloudevents+json";
    public const string Json = "application/json";
    public const string Binary = "application/octet-stream";
    public const string Text = "text/plain";

    public static bool IsCloudEvent(string contentType) => Is(contentType, CloudEvent);

    public static bool IsJson(string contentType) => Is(contentType, Json);

    public static bool IsText(string contentType) => contentType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || Is(contentType, "application/xml");

    public static bool IsBinary(string contentType) => Is(contentType, Binary);

    public static bool IsCloudEventProtobuf(string contentType, ReadOnlySpan<byte> body) =>
        Is(contentType, "application/cloudevents+protobuf") || (Is(contentType, "application/x-protobuf") && IsProtobuf(body));

    private static bool Is(string contentType, string expected) =>
        contentType.StartsWith(expected, StringComparison.OrdinalIgnoreCase) &&
        (contentType.Length == expected.Length || contentType[expected.Length] == ';');

    /// <summary>
    /// A CloudEvent in protobuf has no mandatory field and keeps what it does not know, so that any well-formed message is one.
    /// </summary>
    private static bool IsProtobuf(ReadOnlySpan<byte> body)
    {
        using var input = new CodedInputStream(body.ToArray());
        try
        {
            while (input.ReadTag() != 0)
            {
                input.SkipLastField();
            }

            return true;
        }
        catch (Exception problem) when (problem is InvalidProtocolBufferException or IOException)
        {
            return false;
        }
    }
}
