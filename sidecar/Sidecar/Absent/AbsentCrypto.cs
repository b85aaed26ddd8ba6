using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Http;
using Sidecar.Protos.Absent;

namespace Sidecar.Absent;

/// <summary>Cryptography, and its low-level half that daprd's own builds leave out too.</summary>
internal sealed class AbsentCrypto(KnownComponents known)
{
    private const string Version = "v1.0-alpha1";
    private static readonly string[] Subtle = ["GetKey", "Encrypt", "Decrypt", "WrapKey", "UnwrapKey", "Sign", "Verify"];

    public IEnumerable<ApiRoute> Routes =>
    [
        new("PUT", Version, "crypto/{name}/encrypt", "crypto", Encrypt),
        new("PUT", Version, "crypto/{name}/decrypt", "crypto", call => throw Refusal(call["name"])),
        .. Subtle.Select(name => new ApiRoute("POST", Version, $"subtlecrypto/{{name}}/{name.ToLowerInvariant()}", "subtlecrypto", _ => throw Unimplemented())),
    ];

    public void Register(GrpcMethods methods)
    {
        methods.Streaming(GrpcMethods.Dapr + "EncryptAlpha1", call => StreamAsync(call, isEncrypt: true));
        methods.Streaming(GrpcMethods.Dapr + "DecryptAlpha1", call => StreamAsync(call, isEncrypt: false));
        foreach (var name in Subtle)
        {
            methods.Unary<Empty, Empty>($"{GrpcMethods.Dapr}Subtle{name}Alpha1", Empty.Parser, (_, _) => throw Unimplemented());
        }
    }

    private async ValueTask StreamAsync(GrpcCall call, bool isEncrypt)
    {
        var first = await call.ReadAsync(CryptoRequest.Parser)
            ?? throw new ApiException(500, GrpcCode.Internal, "ERR_CRYPTO", "failed to perform operation: error receiving the first message: EOF");
        throw first.Options switch
        {
            null => AbsentBodies.BadRequest("first message does not contain the required options"),
            { KeyName: "" } when isEncrypt => AbsentBodies.BadRequest("missing property 'keyName' in the options message"),
            { KeyWrapAlgorithm: "" } when isEncrypt => AbsentBodies.BadRequest("missing property 'keyWrapAlgorithm' in the options message"),
            var options => Refusal(options.ComponentName),
        };
    }

    private ValueTask Encrypt(HttpCall call)
    {
        var headers = call.Context.Request.Headers;
        throw !known.CryptoProviders.Contains(call["name"]) ? Refusal(call["name"])
            : headers["dapr-key-name"].ToString().Length == 0 ? AbsentBodies.BadRequest("missing header 'dapr-key-name'")
            : headers["dapr-key-wrap-algorithm"].ToString().Length == 0 ? AbsentBodies.BadRequest("missing header 'dapr-key-wrap-algorithm'")
            : Refusal(call["name"]);
    }

    private ApiException Refusal(string name)
    {
        if (known.CryptoProviders.Count == 0)
        {
            return new(500, GrpcCode.Internal, "ERR_CRYPTO_PROVIDERS_NOT_CONFIGURED", "crypto providers not configured");
        }

        return name.Length == 0 ? AbsentBodies.BadRequest("missing component name")
            : known.CryptoProviders.Contains(name) ? new(500, GrpcCode.Internal, "ERR_CRYPTO", $"failed to perform operation: {KnownComponents.Reason}")
            : new(400, GrpcCode.InvalidArgument, "ERR_CRYPTO_PROVIDER_NOT_FOUND", $"crypto provider {name} not found");
    }

    private static ApiException Unimplemented() => new(501, GrpcCode.Unimplemented, "ERR_API_UNIMPLEMENTED", "this API is currently not implemented");
}
