using Sidecar.Grpc;
using Sidecar.Protos;

namespace Sidecar.Secrets;

/// <summary>Secrets over gRPC. Refusals carry no details here.</summary>
public sealed class SecretGrpc(SecretApi api)
{
    public void Register(GrpcMethods methods)
    {
        methods.Unary(GrpcMethods.Dapr + "GetSecret", GetSecretRequest.Parser, GetAsync);
        methods.Unary(GrpcMethods.Dapr + "GetBulkSecret", GetBulkSecretRequest.Parser, GetAllAsync);
    }

    private async ValueTask<GetSecretResponse> GetAsync(GetSecretRequest request, GrpcCall call)
    {
        var answer = new GetSecretResponse();
        foreach (var (name, value) in await api.GetAsync(request.StoreName, request.Key, request.Metadata, call.Cancellation))
        {
            answer.Data.Add(name, value);
        }

        return answer;
    }

    private async ValueTask<GetBulkSecretResponse> GetAllAsync(GetBulkSecretRequest request, GrpcCall call)
    {
        var answer = new GetBulkSecretResponse();
        foreach (var (name, values) in await api.GetAllAsync(request.StoreName, request.Metadata, call.Cancellation))
        {
            var secret = new SecretResponse();
            foreach (var (key, value) in values)
            {
                secret.Secrets.Add(key, value);
            }

            answer.Data.Add(name, secret);
        }

        return answer;
    }
}
