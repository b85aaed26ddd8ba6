using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;
using Sidecar.Components;

namespace Sidecar.PubSub.RabbitMq;

/// <summary>Certificates as PEM texts in the YAML.</summary>
internal static class RabbitMqTls
{
    public static X509Certificate2Collection Authorities(ComponentMetadata yaml)
    {
        var authorities = new X509Certificate2Collection();
        if (yaml.Has("caCert"))
        {
            try
            {
                authorities.ImportFromPem(yaml.String("caCert"));
            }
            catch (CryptographicException)
            {
            }

            if (authorities.Count == 0)
            {
                yaml.Problem("\"caCert\" should be a certificate in PEM");
            }
        }

        return authorities;
    }

    public static X509Certificate2? ClientCertificate(ComponentMetadata yaml)
    {
        if (!yaml.Has("clientCert") || !yaml.Has("clientKey"))
        {
            return null;
        }

        try
        {
            return X509Certificate2.CreateFromPem(yaml.String("clientCert"), yaml.String("clientKey"));
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            yaml.Problem("\"clientCert\" and \"clientKey\" should be a certificate and its key, each in PEM");
            return null;
        }
    }

    /// <summary>With authorities of its own a component trusts nobody else.</summary>
    public static SslOption Of(RabbitMqSettings settings)
    {
        var option = new SslOption { Enabled = settings.Address.IsTls, ServerName = settings.Address.Host };
        if (settings.ClientCertificate is { } certificate)
        {
            option.Certs = [certificate];
        }

        if (settings.Authorities.Count > 0)
        {
            option.CertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                if (certificate is null || chain is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
                {
                    return false;
                }

                chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                chain.ChainPolicy.CustomTrustStore.AddRange(settings.Authorities);
                chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
                return chain.Build((X509Certificate2)certificate);
            };
        }

        return option;
    }
}
