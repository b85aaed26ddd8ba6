using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Http;
using Sidecar.Protos.Absent;

namespace Sidecar.Absent;

/// <summary>Conversations with language models.</summary>
internal sealed class AbsentConversation(KnownComponents known)
{
    private const string Template = "conversation/{name}/converse";

    public IEnumerable<ApiRoute> Routes =>
    [
        new("POST", "v1.0-alpha1", Template, "conversation", ConverseAsync),
        new("POST", "v1.0-alpha2", Template, "conversation", ConverseAsync),
    ];

    public void Register(GrpcMethods methods)
    {
        foreach (var name in new[] { "ConverseAlpha1", "ConverseAlpha2" })
        {
            methods.Unary<ConversationRequest, Empty>(GrpcMethods.Dapr + name, ConversationRequest.Parser, (request, _) => throw Refusal(request.Name));
        }
    }

    private async ValueTask ConverseAsync(HttpCall call)
    {
        await AbsentBodies.MessageAsync<ConversationRequest>(call);
        throw Refusal(call["name"]);
    }

    private ApiException Refusal(string name) => known.Conversations.Contains(name)
        ? new(500, GrpcCode.Internal, "ERR_CONVERSATION_INVOKE", $"failed conversing with component {name}: {KnownComponents.Reason}")
        : new(400, GrpcCode.InvalidArgument, "ERR_CONVERSATION_NOT_FOUND", $"failed finding conversation component {name}");
}
