using System.Globalization;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Internals;

namespace Sidecar.Invocation;

/// <summary>Calls and answers as the messages that sidecars exchange.</summary>
internal static class InternalMessages
{
    public const string CallLocal = "/dapr.proto.internals.v1.ServiceInvocation/CallLocal";
    public const string CallLocalStream = "/dapr.proto.internals.v1.ServiceInvocation/CallLocalStream";

    /// <summary>Without the body.</summary>
    public static InternalInvokeRequest Of(InvokeRequest request)
    {
        var message = new Protos.InvokeRequest { Method = request.Method, ContentType = request.ContentType };
        if (request.TypeUrl.Length > 0)
        {
            message.Data = new Any { TypeUrl = request.TypeUrl };
        }

        if (request.Verb is { } verb)
        {
            message.HttpExtension = new Protos.HTTPExtension { Verb = GrpcFields.Verb(verb), Querystring = request.Query };
        }

        var sent = new InternalInvokeRequest { Ver = APIVersion.V1, Message = message };
        Fill(sent.Metadata, request.Metadata);
        return sent;
    }

    public static InvokeRequest Read(InternalInvokeRequest sent, ByteSource body)
    {
        var metadata = Read(sent.Metadata);
        return new InvokeRequest
        {
            Method = sent.Message.Method,
            Verb = sent.Message.HttpExtension is { } extension ? GrpcFields.Verb(extension.Verb) : null,
            Query = sent.Message.HttpExtension?.Querystring ?? "",
            ContentType = sent.Message.ContentType,
            TypeUrl = sent.Message.Data?.TypeUrl ?? "",
            Metadata = metadata,
            IsGrpc = metadata.First("content-type").StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase),
            Body = body,
        };
    }

    /// <summary>Without the body.</summary>
    public static InternalInvokeResponse Of(InvokeAnswer answer)
    {
        var sent = new InternalInvokeResponse
        {
            Status = new Status { Code = answer.Status, Message = answer.StatusMessage },
            Message = new Protos.InvokeResponse { ContentType = answer.ContentType },
        };
        if (answer.TypeUrl.Length > 0)
        {
            sent.Message.Data = new Any { TypeUrl = answer.TypeUrl };
        }

        sent.Status.Details.AddRange(answer.StatusDetails);
        ForwardedFields.CopyEndToEnd(answer.Headers, sent.Headers, static (to, name, values) =>
        {
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                to[name] = List(values);
            }
        });
        Fill(sent.Trailers, answer.Trailers);
        return sent;
    }

    public static InvokeAnswer Read(InternalInvokeResponse sent, ByteSource body) => new()
    {
        Status = sent.Status.Code,
        StatusMessage = sent.Status.Message,
        StatusDetails = sent.Status.Details,
        Headers = Read(sent.Headers),
        Trailers = sent.Trailers.Count > 0 ? Read(sent.Trailers) : null,
        ContentType = sent.Message?.Data?.TypeUrl is { Length: > 0 } ? "application/x-protobuf" : sent.Message?.ContentType ?? "",
        TypeUrl = sent.Message?.Data?.TypeUrl ?? "",
        Body = body,
    };

    private static void Fill(MapField<string, ListStringValue> map, HeaderFields? fields)
    {
        if (fields is not null)
        {
            foreach (var (name, values) in fields)
            {
                map[name] = List(values);
            }
        }
    }

    private static ListStringValue List(Microsoft.Extensions.Primitives.StringValues values)
    {
        var list = new ListStringValue();
        foreach (var value in values)
        {
            list.Values.Add(value ?? "");
        }

        return list;
    }

    private static HeaderFields Read(MapField<string, ListStringValue> map)
    {
        var fields = new HeaderFields(map.Count + 8);
        foreach (var (name, list) in map)
        {
            fields.Add(name, list.Values.Count == 1 ? list.Values[0] : list.Values.ToArray());
        }

        return fields;
    }
}

/// <summary>The payloads of a stream of messages, numbered from zero.</summary>
internal sealed class PayloadOrder
{
    private ulong next;

    /// <summary>Throws when one is missing or came twice.</summary>
    public void Check(Protos.StreamPayload payload)
    {
        if (payload.Seq != next++)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"invalid sequence number received: {payload.Seq} (expected: {next - 1})"));
        }
    }
}
