using System.Buffers;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;

namespace Sidecar.Grpc;

/// <summary>How a status travels in headers and trailers: a number, a percent-encoded sentence, a packed message with the details.</summary>
public static class GrpcStatus
{
    public const string CodeHeader = "grpc-status";
    public const string MessageHeader = "grpc-message";
    public const string DetailsHeader = "grpc-status-details-bin";

    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c != '%')]);

    private static readonly string[] Numbers = [.. Enumerable.Range(0, 17).Select(number => $"{number}")];

    public static string Number(GrpcCode code) => Numbers[(int)code];

    /// <summary>Everything but printable ASCII, and the percent sign itself, is written as %XX of its UTF-8 bytes.</summary>
    public static string Escape(string message)
    {
        if (!message.AsSpan().ContainsAnyExcept(Plain))
        {
            return message;
        }

        var escaped = new StringBuilder(message.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= (byte)' ' and <= (byte)'~' and not (byte)'%')
            {
                escaped.Append((char)b);
            }
            else
            {
                escaped.Append('%').Append(b.ToString("X2"));
            }
        }

        return escaped.ToString();
    }

    /// <summary>A broken escape stands for itself.</summary>
    public static string Unescape(string message)
    {
        if (!message.Contains('%'))
        {
            return message;
        }

        var bytes = Encoding.UTF8.GetBytes(message);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '%' && i + 2 < bytes.Length && Uri.IsHexDigit((char)bytes[i + 1]) && Uri.IsHexDigit((char)bytes[i + 2]))
            {
                bytes[length++] = (byte)((Uri.FromHex((char)bytes[i + 1]) << 4) | Uri.FromHex((char)bytes[i + 2]));
                i += 2;
            }
            else
            {
                bytes[length++] = bytes[i];
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    /// <summary>Null when there are no details: then the number and the sentence say all.</summary>
    public static Protos.Rpc.Status? Details(ApiException error)
    {
        if (error.Details.Count == 0)
        {
            return null;
        }

        var status = new Protos.Rpc.Status { Code = (int)error.GrpcCode, Message = error.Message };
        foreach (var detail in error.Details)
        {
            status.Details.Add(Any.Pack(Message(detail)));
        }

        return status;
    }

    private static IMessage Message(ErrorDetail detail)
    {
        switch (detail)
        {
            case ErrorInfo info:
                var message = new Protos.Rpc.ErrorInfo { Reason = info.Reason, Domain = ErrorInfo.Domain };
                message.Metadata.Add(info.Metadata?.ToDictionary() ?? []);
                return message;
            case ResourceInfo resource:
                return new Protos.Rpc.ResourceInfo
                {
                    ResourceType = resource.Type,
                    ResourceName = resource.Name,
                    Owner = resource.Owner,
                    Description = resource.Description,
                };
            case FieldViolation violation:
                return new Protos.Rpc.BadRequest
                {
                    FieldViolations = { new Protos.Rpc.BadRequest.Types.FieldViolation { Field = violation.Field, Description = violation.Description } },
                };
            case HelpLink link:
                return new Protos.Rpc.Help { Links = { new Protos.Rpc.Help.Types.Link { Url = link.Url, Description = link.Description } } };
            default:
                throw new ArgumentOutOfRangeException(nameof(detail));
        }
    }
}
