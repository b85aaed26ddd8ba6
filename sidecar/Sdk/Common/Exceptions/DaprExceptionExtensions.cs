using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Grpc.Core;

namespace Dapr.Common.Exceptions;

/// <summary>Reads what the sidecar told of a failure.</summary>
public static class DaprExceptionExtensions
{
    private const string Trailer = "grpc-status-details-bin";

    /// <summary>The details of a failure; false when the sidecar sent none.</summary>
    public static bool TryGetExtendedErrorInfo(this DaprException exception, [NotNullWhen(true)] out DaprExtendedErrorInfo? daprExtendedErrorInfo)
    {
        ArgumentNullException.ThrowIfNull(exception);
        daprExtendedErrorInfo = null;
        if (exception.InnerException is not RpcException { Trailers: var trailers } || trailers.GetValueBytes(Trailer) is not { } bytes)
        {
            return false;
        }

        try
        {
            var status = Protos.Rpc.Status.Parser.ParseFrom(bytes);
            daprExtendedErrorInfo = new DaprExtendedErrorInfo(status.Code, status.Message) { Details = [.. status.Details.Select(ErrorDetailReader.Read)] };
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
