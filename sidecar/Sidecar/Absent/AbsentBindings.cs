using System.Text.Json;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Http;
using Sidecar.Json;
using Sidecar.Protos;

namespace Sidecar.Absent;

/// <summary>Output bindings.</summary>
internal sealed class AbsentBindings(KnownComponents known)
{
    public IEnumerable<ApiRoute> Routes => [new("POST PUT", "v1.0", "bindings/{name}", "bindings", InvokeAsync)];

    public void Register(GrpcMethods methods) => methods.Unary<InvokeBindingRequest, InvokeBindingResponse>(
        GrpcMethods.Dapr + "InvokeBinding",
        InvokeBindingRequest.Parser,
        (request, _) => throw GrpcErrors.Rich(Refusal(request.Name, request.Operation)));

    private async ValueTask InvokeAsync(HttpCall call)
    {
        string operation;
        try
        {
            operation = Operation(await call.ReadBodyAsync());
        }
        catch (GoJsonException problem)
        {
            throw AbsentBodies.Malformed(problem.Message);
        }
        catch (BodyTooLargeException problem)
        {
            throw AbsentBodies.Malformed(problem.Message);
        }

        throw Refusal(call["name"], operation);
    }

    private static string Operation(ReadOnlyMemory<byte> body)
    {
        using var document = GoJson.Decode(body);
        if (document.RootElement.ValueKind == JsonValueKind.Null)
        {
            return "";
        }

        GoBinder.Require(document.RootElement, JsonValueKind.Object, "", "http.OutputBindingRequest");
        var operation = "";
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Is("operation"))
            {
                operation = GoBinder.String(member.Value, "OutputBindingRequest.operation");
            }
            else if (member.Is("metadata"))
            {
                GoBinder.Map(member.Value, "OutputBindingRequest.metadata");
            }
        }

        return operation;
    }

    private ApiException Refusal(string name, string operation)
    {
        var reason = operation.Length == 0 ? "operation field is missing from request"
            : known.Bindings.Contains(name) ? $"binding {name} does not support operation {operation}. supported operations:"
            : $"couldn't find output binding {name}";
        return new(500, GrpcCode.Internal, "ERR_INVOKE_OUTPUT_BINDING", $"error invoking output binding {name}: {reason}");
    }
}
