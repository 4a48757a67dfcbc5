using System.Runtime.InteropServices;

namespace Hpc.Transport.Tls.Interop;

// What libssl's users need of libcrypto.
internal static unsafe partial class LibSsl
{
    public const int BioRead = 1;
    public const int BioWrite = 2;
    public const int BioShouldRetry = 8;

    /// <summary>BIO_TYPE_SOURCE_SINK, beside an index of BIO_get_new_index.</summary>
    public const int BioSourceSink = 0x0400;

    /// <summary>BIO_CTRL_FLUSH.</summary>
    public const int BioFlush = 11;

    /// <summary>X509_V_ERR_CERT_REJECTED.</summary>
    public const int CertificateRejected = 28;

    private const string Crypto = "libcrypto";

    [LibraryImport(Crypto)]
    internal static partial void ERR_clear_error();

    [LibraryImport(Crypto)]
    internal static partial ulong ERR_get_error();

    [LibraryImport(Crypto)]
    internal static partial byte* ERR_reason_error_string(ulong code);

    [LibraryImport(Crypto)]
    internal static partial int BIO_get_new_index();

    [LibraryImport(Crypto)]
    internal static partial nint BIO_meth_new(int type, byte* name);

    [LibraryImport(Crypto)]
    internal static partial int BIO_meth_set_read(nint method, delegate* unmanaged<nint, byte*, int, int> read);

    [LibraryImport(Crypto)]
    internal static partial int BIO_meth_set_write(nint method, delegate* unmanaged<nint, byte*, int, int> write);

    [LibraryImport(Crypto)]
    internal static partial int BIO_meth_set_ctrl(nint method, delegate* unmanaged<nint, int, nint, nint, nint> control);

    [LibraryImport(Crypto)]
    internal static partial nint BIO_new(nint method);

    [LibraryImport(Crypto)]
    internal static partial int BIO_free(nint bio);

    [LibraryImport(Crypto)]
    internal static partial void BIO_set_init(nint bio, int isReady);

    [LibraryImport(Crypto)]
    internal static partial void BIO_set_data(nint bio, void* data);

    [SuppressGCTransition]
    [LibraryImport(Crypto)]
    internal static partial void* BIO_get_data(nint bio);

    [SuppressGCTransition]
    [LibraryImport(Crypto)]
    internal static partial void BIO_set_flags(nint bio, int flags);

    [SuppressGCTransition]
    [LibraryImport(Crypto)]
    internal static partial void BIO_clear_flags(nint bio, int flags);

    [LibraryImport(Crypto)]
    internal static partial nint BIO_new_mem_buf(byte* content, int length);

    [LibraryImport(Crypto)]
    internal static partial nint PEM_read_bio_PrivateKey(nint bio, nint* key, delegate* unmanaged<byte*, int, int, void*, int> password, void* argument);

    [LibraryImport(Crypto)]
    internal static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Crypto)]
    internal static partial nint d2i_X509(nint* certificate, byte** der, nint length);

    [LibraryImport(Crypto)]
    internal static partial int i2d_X509(nint certificate, byte** der);

    [LibraryImport(Crypto)]
    internal static partial void X509_free(nint certificate);

    [LibraryImport(Crypto)]
    internal static partial nint X509_STORE_CTX_get0_cert(nint store);

    [LibraryImport(Crypto)]
    internal static partial nint X509_STORE_CTX_get0_untrusted(nint store);

    [LibraryImport(Crypto)]
    internal static partial void X509_STORE_CTX_set_error(nint store, int error);

    [LibraryImport(Crypto)]
    internal static partial int OPENSSL_sk_num(nint stack);

    [LibraryImport(Crypto)]
    internal static partial nint OPENSSL_sk_value(nint stack, int index);
}
