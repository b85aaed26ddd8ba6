namespace Sidecar.Hosting;

/// <summary>Finds ports of one process that are asked for twice. A port of 0 is a free one, as often as it is asked for.</summary>
internal static class FlagsPorts
{
    public static IEnumerable<string> Problems(IReadOnlyList<SidecarOptions> sidecars)
    {
        var uses = sidecars.SelectMany(sidecar => Of(sidecar).Select(use => (use.Port, Flag: Described(use.Flag, sidecar, sidecars.Count)))).Where(use => use.Port > 0);
        foreach (var port in uses.GroupBy(use => use.Port).Where(group => group.Count() > 1))
        {
            yield return $"port {port.Key} is asked for more than once: {string.Join(", ", port.Select(use => use.Flag))}";
        }

        foreach (var sidecar in sidecars)
        {
            foreach (var (flag, _) in Of(sidecar).Where(use => use.Port > 0 && use.Port == sidecar.AppPort && use.Flag is "dapr-http-port" or "dapr-grpc-port"))
            {
                yield return $"the '{flag}' argument value {sidecar.AppPort} conflicts with 'app-port'{(sidecars.Count > 1 ? $" of {sidecar.AppId}" : "")}";
            }
        }
    }

    private static string Described(string flag, SidecarOptions sidecar, int count) => count > 1 ? $"--{flag} of {sidecar.AppId}" : $"--{flag}";

    private static IEnumerable<(string Flag, int Port)> Of(SidecarOptions sidecar)
    {
        yield return ("dapr-http-port", sidecar.HttpPort);
        yield return ("dapr-grpc-port", sidecar.GrpcPort);
        yield return ("dapr-internal-grpc-port", sidecar.InternalGrpcPort ?? 0);
        yield return ("dapr-public-port", sidecar.PublicPort ?? 0);
        if (sidecar.EnableMetrics)
        {
            yield return ("metrics-port", sidecar.MetricsPort);
        }
    }
}
