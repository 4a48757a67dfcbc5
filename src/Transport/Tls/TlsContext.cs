using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hpc.Transport.Tls.Interop;

namespace Hpc.Transport.Tls;

/// <summary>Certificates, suites and the keys of tickets, as libssl has them; all as the files were at one moment. Lives as long as a connection that was made with it.</summary>
internal sealed unsafe class TlsContext : SafeHandle
{
    // As long as a control connection may last: its data connections resume with the tickets of its first minute.
    private const int TicketSeconds = 24 * 60 * 60;

    // Clients that know no tickets (TLS 1.2 allows that) are remembered here; more than these shake hands in full.
    private const int RememberedSessions = 4096;

    private const string SuitesOfTls13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
    private const string SuitesOfTls12 = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:!aNULL:!eNULL";

    // One per certificate; the first is the handle.
    private readonly List<nint> _contexts = [];
    private readonly GCHandle _callbacks;

    /// <exception cref="CryptographicException">Something cannot be used.</exception>
    public TlsContext(TlsServerOptions options)
        : base(0, ownsHandle: true)
    {
        // The first call loads libcrypto, which must be before libssl's first.
        LibSsl.ERR_clear_error();
        var names = new List<(X509Certificate2 Certificate, nint Context)>();
        ClientCertificateRules? rules = options.ClientCertificates == TlsClientCertificates.None
            ? null
            : new ClientCertificateRules(options.AuthorityFiles, options.RevocationFiles);
        _callbacks = GCHandle.Alloc(new TlsCallbacks(names, rules, options.ApplicationProtocol));
        try
        {
            foreach (TlsCertificateFiles files in options.Certificates)
            {
                nint context = LibSsl.SSL_CTX_new(LibSsl.TLS_server_method());
                LibSsl.Require(context != 0, nameof(LibSsl.SSL_CTX_new));
                _contexts.Add(context);
                Configure(context, options, rules);
                X509Certificate2 certificate = LoadCertificate(context, files.CertificateFile);
                names.Add((certificate, context));
                LoadKey(context, files);
                FirstExpiry = certificate.NotAfter < FirstExpiry ? certificate.NotAfter : FirstExpiry;
            }

            LibSsl.Require(_contexts.Count > 0, "a TLS listener without a certificate");
            SetHandle(_contexts[0]);
        }
        catch
        {
            Free();
            throw;
        }
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>When the first of the certificates ends, in local time.</summary>
    public DateTime FirstExpiry { get; } = DateTime.MaxValue;

    /// <summary>A connection; its owner frees it.</summary>
    public nint NewSsl()
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        nint ssl = LibSsl.SSL_new(handle);
        LibSsl.Require(ssl != 0, nameof(LibSsl.SSL_new));
        return ssl;
    }

    protected override bool ReleaseHandle()
    {
        Free();
        return true;
    }

    private void Free()
    {
        foreach (nint context in _contexts)
        {
            LibSsl.SSL_CTX_free(context);
        }

        _contexts.Clear();
        _callbacks.Free();
    }

    private void Configure(nint context, TlsServerOptions options, ClientCertificateRules? rules)
    {
        const int Modes = LibSsl.ModePartialWrite | LibSsl.ModeMovingWriteBuffer | LibSsl.ModeReleaseBuffers;
        LibSsl.SSL_CTX_ctrl(context, LibSsl.ControlMode, Modes, 0);
        LibSsl.SSL_CTX_set_options(context, LibSsl.OptionNoCompression | LibSsl.OptionNoRenegotiation | LibSsl.OptionServerPreference | LibSsl.OptionPrioritizeChaCha);
        nint version = options.MinVersion >= 13 ? LibSsl.Tls13 : LibSsl.Tls12;
        LibSsl.Require(LibSsl.SSL_CTX_ctrl(context, LibSsl.ControlMinimumVersion, version, 0) == 1, "choosing the lowest version of TLS");
        LibSsl.SSL_CTX_ctrl(context, LibSsl.ControlSessionCacheMode, LibSsl.SessionCacheServer, 0);
        LibSsl.SSL_CTX_ctrl(context, LibSsl.ControlSessionCacheSize, RememberedSessions, 0);
        LibSsl.SSL_CTX_set_timeout(context, TicketSeconds);
        SetSuites(context, options);
        nint callbacks = GCHandle.ToIntPtr(_callbacks);
        LibSsl.SSL_CTX_callback_ctrl(context, LibSsl.ControlServerNameCallback, &TlsCallbacks.OnServerName);
        LibSsl.SSL_CTX_ctrl(context, LibSsl.ControlServerNameArgument, 0, callbacks);
        if (options.ApplicationProtocol.Length > 0)
        {
            LibSsl.SSL_CTX_set_alpn_select_cb(context, &TlsCallbacks.OnApplicationProtocols, callbacks);
        }

        if (rules is not null)
        {
            int mode = LibSsl.VerifyPeer | (options.ClientCertificates == TlsClientCertificates.Required ? LibSsl.VerifyFailWithoutPeer : 0);
            LibSsl.SSL_CTX_set_verify(context, mode, 0);
            LibSsl.SSL_CTX_set_cert_verify_callback(context, &TlsCallbacks.OnClientCertificate, callbacks);
            foreach (X509Certificate2 authority in rules.Authorities)
            {
                AddAuthority(context, authority);
            }
        }
    }

    private static void SetSuites(nint context, TlsServerOptions options)
    {
        fixed (byte* suites = Encoding.ASCII.GetBytes(SuitesOfTls13 + '\0'))
        {
            LibSsl.Require(LibSsl.SSL_CTX_set_ciphersuites(context, suites) == 1, "choosing the suites of TLS 1.3");
        }

        string wanted = options.CipherSuites.Count == 0 ? SuitesOfTls12 : TlsSuiteNames.ToOpenSsl(context, options.CipherSuites);
        fixed (byte* suites = Encoding.ASCII.GetBytes(wanted + '\0'))
        {
            LibSsl.Require(wanted.Length > 0 && LibSsl.SSL_CTX_set_cipher_list(context, suites) == 1, "choosing the suites of TLS 1.2");
        }
    }

    private static X509Certificate2 LoadCertificate(nint context, string file)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(file);
        if (chain.Count == 0)
        {
            throw new CryptographicException($"{file} holds no certificate");
        }

        byte[] own = chain[0].RawData;
        fixed (byte* der = own)
        {
            LibSsl.Require(LibSsl.SSL_CTX_use_certificate_ASN1(context, own.Length, der) == 1, $"taking the certificate {file}");
        }

        for (int i = 1; i < chain.Count; i++)
        {
            // The context owns it from then on.
            nint link = FromDer(chain[i].RawData);
            LibSsl.Require(LibSsl.SSL_CTX_ctrl(context, LibSsl.ControlAddChainCertificate, 0, link) == 1, $"taking the chain of {file}");
        }

        return chain[0];
    }

    private static void LoadKey(nint context, TlsCertificateFiles files)
    {
        byte[] content = File.ReadAllBytes(files.KeyFile);
        nint bio = 0;
        nint key = 0;
        fixed (byte* text = content)
        {
            try
            {
                bio = LibSsl.BIO_new_mem_buf(text, content.Length);
                key = bio == 0 ? 0 : LibSsl.PEM_read_bio_PrivateKey(bio, null, &TlsCallbacks.OnPassPhrase, null);
                LibSsl.Require(key != 0, $"reading the private key {files.KeyFile}");
                LibSsl.Require(LibSsl.SSL_CTX_use_PrivateKey(context, key) == 1 && LibSsl.SSL_CTX_check_private_key(context) == 1, $"matching {files.KeyFile} and {files.CertificateFile}");
            }
            finally
            {
                LibSsl.EVP_PKEY_free(key);
                _ = LibSsl.BIO_free(bio);
                CryptographicOperations.ZeroMemory(content);
            }
        }
    }

    private static void AddAuthority(nint context, X509Certificate2 authority)
    {
        nint certificate = FromDer(authority.RawData);
        int added = LibSsl.SSL_CTX_add_client_CA(context, certificate);
        LibSsl.X509_free(certificate);
        LibSsl.Require(added == 1, nameof(LibSsl.SSL_CTX_add_client_CA));
    }

    private static nint FromDer(byte[] der)
    {
        fixed (byte* start = der)
        {
            byte* end = start;
            nint certificate = LibSsl.d2i_X509(null, &end, der.Length);
            LibSsl.Require(certificate != 0, nameof(LibSsl.d2i_X509));
            return certificate;
        }
    }
}
