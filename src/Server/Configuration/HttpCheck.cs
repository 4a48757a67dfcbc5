using System.Net;
using System.Net.Security;

namespace Hpc.Server.Configuration;

/// <summary>What goes together in the keys of <c>http</c>.</summary>
internal static class HttpCheck
{
    // Suites without encryption or authentication, and what has long been broken, are none of these.
    private static readonly string[] SuitePrefixes =
    [
        "TLS_ECDHE_ECDSA_WITH_AES_", "TLS_ECDHE_ECDSA_WITH_CHACHA20_", "TLS_ECDHE_RSA_WITH_AES_", "TLS_ECDHE_RSA_WITH_CHACHA20_",
        "TLS_DHE_RSA_WITH_AES_", "TLS_DHE_RSA_WITH_CHACHA20_", "TLS_RSA_WITH_AES_",
    ];

    public static void Run(HttpSection http, List<string> faults)
    {
        for (int i = 0; i < http.Listeners.Count; i++)
        {
            Check(http.Listeners[i], $"{AccountKeys.HttpListeners}[{i}]", faults);
        }

        foreach (string network in Split(http.ProxyAllowed).Where(static text => !IPAddress.TryParse(text, out _) && !IPNetwork.TryParse(text, out _)))
        {
            faults.Add($"http.proxy_allowed: found \"{network}\", allowed: addresses and networks like 10.0.0.0/8, separated by commas.");
        }
    }

    private static void Check(HttpListenerSection listener, string path, List<string> faults)
    {
        bool isTls = listener.CertificateFile.Length > 0;
        if (listener.Address is null)
        {
            faults.Add($"{path}.address: is missing; a listener needs one.");
        }

        if (isTls != (listener.CertificateKeyFile.Length > 0))
        {
            faults.Add($"{path}: found one of certificate_file and certificate_key_file, allowed: both or none.");
        }

        if (listener.ClientAuth != HttpClientAuth.None && (!isTls || listener.ClientCaFile.Length == 0))
        {
            faults.Add($"{path}.client_auth: found {ChoiceText.Of(listener.ClientAuth)} without certificate_file or client_ca_file, allowed: none, or with both.");
        }

        if (listener.CaRevocationLists.Length > 0 && listener.ClientAuth == HttpClientAuth.None)
        {
            faults.Add($"{path}.ca_revocation_lists: found \"{listener.CaRevocationLists}\" where no client certificates are asked for, allowed: with client_auth require or verify.");
        }

        CheckSuites(listener.CipherSuites, isTls && listener.MinTlsVersion == HttpTlsVersion.Tls12, path, faults);
        if (listener.HttpsRedirect && isTls)
        {
            faults.Add($"{path}.https_redirect: found true on a listener with certificate_file, allowed: on one without.");
        }

        if (listener.HttpsHost.Length > 0 && (!listener.HttpsRedirect || Uri.CheckHostName(HostOf(listener.HttpsHost)) == UriHostNameType.Unknown))
        {
            faults.Add($"{path}.https_host: found \"{listener.HttpsHost}\", allowed: HOST or HOST:PORT with https_redirect, or \"\".");
        }
    }

    /// <summary>Checks cipher suites of a listener.</summary>
    public static void CheckSuites(string suites, bool hasTls12, string path, List<string> faults)
    {
        if (suites.Length > 0 && !hasTls12)
        {
            faults.Add($"{path}.cipher_suites: found \"{suites}\" where there is no TLS 1.2, allowed: with certificate_file and min_tls_version tls12.");
        }

        foreach (string name in Split(suites).Where(static name => !IsSuite(name)))
        {
            faults.Add($"{path}.cipher_suites: found \"{name}\", allowed: cipher suites of TLS 1.2 with AES or ChaCha20, by their IANA names like TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.");
        }
    }

    private static bool IsSuite(string name) =>
        SuitePrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) && Enum.TryParse(name, out TlsCipherSuite suite) && Enum.IsDefined(suite);

    private static string HostOf(string text) => Uri.TryCreate("https://" + text, UriKind.Absolute, out Uri? uri) && uri.Authority.Length > 0 && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 ? uri.Host : "";

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
