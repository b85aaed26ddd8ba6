using Dapr.Client;
using Microsoft.Extensions.Configuration;

namespace Sdk.Tests.Samples;

/// <summary>Secrets, metadata and health as a first program reads them.</summary>
internal static class SecretSample
{
    public static async Task<string> Run()
    {
        const string DAPR_SECRET_STORE = "secrets";
        const string SECRET_NAME = "api-key";
        var client = new DaprClientBuilder().Build();

        using (var tokenSource = new CancellationTokenSource(TimeSpan.FromSeconds(20)))
        {
            await client.WaitForSidecarAsync(tokenSource.Token);
        }

        // Get secret from a local secret store
        var secret = await client.GetSecretAsync(DAPR_SECRET_STORE, SECRET_NAME);
        var secretValue = string.Join(", ", secret);

        var metadata = await client.GetMetadataAsync();
        var names = metadata.Components.Select(c => c.Name);
        var settings = new ConfigurationBuilder().AddInMemoryCollection((await client.GetBulkSecretAsync(DAPR_SECRET_STORE)).ToDictionary(pair => pair.Key, pair => (string?)pair.Value[pair.Key])).Build();
        return $"{secretValue} {settings["database-password"]} {names.Contains(DAPR_SECRET_STORE)}";
    }
}
