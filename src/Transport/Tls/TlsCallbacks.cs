using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hpc.Transport.Tls.Interop;

namespace Hpc.Transport.Tls;

/// <summary>What libssl asks in a handshake. The argument of each is a handle to an object of this type; no exception leaves one, and a fault refuses.</summary>
/// <param name="names">The certificates, and the context of each.</param>
/// <param name="rules">Judges client certificates; null where none are asked for.</param>
/// <param name="protocol">What ALPN may name.</param>
internal sealed unsafe class TlsCallbacks(IReadOnlyList<(X509Certificate2 Certificate, nint Context)> names, ClientCertificateRules? rules, string protocol)
{
    // A chain of more is no chain of ours; each costs a parse before anybody has logged in.
    private const int LongestChain = 16;

    // RFC 1035 §2.3.4.
    private const int LongestName = 255;

    private readonly byte[] _protocol = Encoding.ASCII.GetBytes(protocol);

    /// <summary>SNI (RFC 6066 §3): the certificate of that name, or the first.</summary>
    [UnmanagedCallersOnly]
    public static int OnServerName(nint ssl, int* alert, nint argument)
    {
        try
        {
            string? name = Marshal.PtrToStringUTF8((nint)LibSsl.SSL_get_servername(ssl, 0));
            var own = (TlsCallbacks)GCHandle.FromIntPtr(argument).Target!;
            if (string.IsNullOrEmpty(name) || name.Length > LongestName || own.ContextFor(name) is not { } context)
            {
                return LibSsl.ExtensionNotAcknowledged;
            }

            return LibSsl.SSL_set_SSL_CTX(ssl, context) == 0 ? LibSsl.ExtensionFatal : LibSsl.ExtensionOk;
        }
#pragma warning disable CA1031 // Nothing may unwind through native frames.
        catch (Exception)
#pragma warning restore CA1031
        {
            return LibSsl.ExtensionFatal;
        }
    }

    /// <summary>ALPN (RFC 7301 §3.2): a client that names other protocols alone was led here by somebody (ALPACA).</summary>
    [UnmanagedCallersOnly]
    public static int OnApplicationProtocols(nint ssl, byte** chosen, byte* chosenLength, byte* offered, uint length, nint argument)
    {
        try
        {
            byte[] wanted = ((TlsCallbacks)GCHandle.FromIntPtr(argument).Target!)._protocol;
            for (uint at = 0; at < length && offered[at] <= length - at - 1; at += 1u + offered[at])
            {
                if (new ReadOnlySpan<byte>(offered + at + 1, offered[at]).SequenceEqual(wanted))
                {
                    *chosen = offered + at + 1;
                    *chosenLength = offered[at];
                    return LibSsl.ExtensionOk;
                }
            }

            return LibSsl.ExtensionFatal;
        }
#pragma warning disable CA1031 // Nothing may unwind through native frames.
        catch (Exception)
#pragma warning restore CA1031
        {
            return LibSsl.ExtensionFatal;
        }
    }

    /// <summary>Judges a client's certificate; 1 if it is good.</summary>
    [UnmanagedCallersOnly]
    public static int OnClientCertificate(nint store, nint argument)
    {
        try
        {
            bool isWelcome = ((TlsCallbacks)GCHandle.FromIntPtr(argument).Target!).IsWelcome(store);

            // SSL_get_error takes what judging left in this thread's queue for a failure of the handshake.
            LibSsl.ERR_clear_error();
            if (isWelcome)
            {
                return 1;
            }
        }
#pragma warning disable CA1031 // Nothing may unwind through native frames; what cannot be judged is not welcome.
        catch (Exception)
#pragma warning restore CA1031
        {
            LibSsl.ERR_clear_error();
        }

        LibSsl.X509_STORE_CTX_set_error(store, LibSsl.CertificateRejected);
        return 0;
    }

    /// <summary>There is no pass phrase, and nobody at a terminal to ask.</summary>
    [UnmanagedCallersOnly]
    public static int OnPassPhrase(byte* buffer, int size, int isWriting, void* argument) => -1;

    private nint? ContextFor(string name)
    {
        foreach ((X509Certificate2 certificate, nint context) in names)
        {
            if (Matches(certificate, name))
            {
                return context;
            }
        }

        return null;
    }

    private static bool Matches(X509Certificate2 certificate, string name)
    {
        try
        {
            return certificate.MatchesHostname(name);
        }
        catch (ArgumentException)
        {
            // No name of a host: the first certificate is as good as any.
            return false;
        }
    }

    private bool IsWelcome(nint store)
    {
        nint leaf = LibSsl.X509_STORE_CTX_get0_cert(store);
        nint others = LibSsl.X509_STORE_CTX_get0_untrusted(store);
        int count = others == 0 ? 0 : LibSsl.OPENSSL_sk_num(others);
        if (rules is null || leaf == 0 || count > LongestChain)
        {
            return false;
        }

        var beside = new X509Certificate2Collection();
        try
        {
            for (int i = 0; i < count; i++)
            {
                beside.Add(X509CertificateLoader.LoadCertificate(LibSsl.ToDer(LibSsl.OPENSSL_sk_value(others, i))));
            }

            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(LibSsl.ToDer(leaf));
            return rules.IsWelcome(certificate, beside);
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            foreach (X509Certificate2 other in beside)
            {
                other.Dispose();
            }
        }
    }
}
