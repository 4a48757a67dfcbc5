using System.Runtime.InteropServices;
using Hpc.Transport.Tls.Interop;

namespace Hpc.Transport.Tls;

/// <summary>
/// The server's side of one TLS connection, without I/O: takes bytes of the peer from memory and puts bytes for it into memory. Its calls may come from several threads;
/// what they put out is to be sent in the order of the calls.
/// </summary>
internal sealed unsafe class TlsEngine : SafeHandle
{
    private const int MaximumRecord = 16 * 1024;

    // Header, nonce, tag or MAC and padding of a suite of TLS 1.2 or 1.3 (RFC 5246 §6.2.3: 5 + 16 + 48 + 256 at most), and a message of the handshake protocol before them.
    private const int RecordOverhead = 512;

    private readonly Lock _sync = new();
    private readonly TlsContext _context; // held: its callbacks are called during the handshake
    private readonly TlsWindow* _window;
    private readonly TlsRole _role;
    private bool _isShutDown;

    /// <param name="context">Certificates and tickets.</param>
    /// <param name="resumable">Only sessions made under this name are resumed, and those made here bear it: at most 32 bytes.</param>
    /// <param name="role">What it is for.</param>
    public TlsEngine(TlsContext context, ReadOnlySpan<byte> resumable, TlsRole role)
        : base(0, ownsHandle: true)
    {
        _context = context;
        _role = role;
        bool isHeld = false;
        context.DangerousAddRef(ref isHeld);
        SetHandle(context.NewSsl());
        _window = (TlsWindow*)NativeMemory.AllocZeroed((nuint)sizeof(TlsWindow));
        nint bio = TlsBio.New(_window);
        LibSsl.SSL_set_bio(handle, bio, bio);
        LibSsl.SSL_set_accept_state(handle);
        fixed (byte* id = resumable)
        {
            LibSsl.Require(LibSsl.SSL_set_session_id_context(handle, id, (uint)resumable.Length) == 1, nameof(LibSsl.SSL_set_session_id_context));
        }

        if (role != TlsRole.Control)
        {
            LibSsl.SSL_set_verify(handle, LibSsl.VerifyNone, 0);

            // Many clients read nothing while they send: tickets (RFC 8446 §4.6.1) would lie unread when they close, and their kernel then resets and drops what it has not sent.
            LibSsl.Require(LibSsl.SSL_set_num_tickets(handle, 0) == 1, nameof(LibSsl.SSL_set_num_tickets));
        }
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Why it failed, for logs; null while it has not.</summary>
    public string? Failure { get; private set; }

    /// <summary>True if a session was resumed.</summary>
    public bool IsResumed => Ask(LibSsl.SSL_session_reused) == 1;

    /// <summary>True if something of the peer is inside: plain bytes that were not read yet, or a part of a record.</summary>
    public bool HasPending => Ask(LibSsl.SSL_has_pending) == 1;

    /// <summary>Plain bytes that can be read without input.</summary>
    public int PlainBytes => Ask(LibSsl.SSL_pending);

    /// <summary>Version and cipher suite.</summary>
    public string Description
    {
        get
        {
            lock (_sync)
            {
                ThrowIfClosed();
                nint cipher = LibSsl.SSL_get_current_cipher(handle);
                string version = Marshal.PtrToStringUTF8((nint)LibSsl.SSL_get_version(handle)) ?? "";
                return cipher == 0 ? version : $"{version} {Marshal.PtrToStringUTF8((nint)LibSsl.SSL_CIPHER_get_name(cipher))}";
            }
        }
    }

    /// <summary>The peer's certificate (DER), which was judged in the handshake; empty for none.</summary>
    public byte[] PeerCertificate
    {
        get
        {
            lock (_sync)
            {
                ThrowIfClosed();
                nint certificate = LibSsl.SSL_get1_peer_certificate(handle);
                if (certificate == 0)
                {
                    return [];
                }

                try
                {
                    return LibSsl.ToDer(certificate);
                }
                finally
                {
                    LibSsl.X509_free(certificate);
                }
            }
        }
    }

    /// <summary>Goes on with the handshake.</summary>
    public TlsStatus Handshake(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int produced)
    {
        lock (_sync)
        {
            ThrowIfClosed();
            if (_role == TlsRole.BoundData)
            {
                DisownSession();
            }

            fixed (byte* from = input, to = output)
            {
                Open(from, input.Length, to, output.Length);
                LibSsl.ERR_clear_error();
                int result = LibSsl.SSL_do_handshake(handle);
                TlsStatus status = result == 1 ? TlsStatus.Done : StatusOf(result);
                Close(input.Length, output.Length, out consumed, out produced);
                return status;
            }
        }
    }

    /// <summary>Opens records until <paramref name="plain"/> is full (done), or there is no whole record left.</summary>
    public TlsStatus Read(ReadOnlySpan<byte> input, Span<byte> plain, Span<byte> output, out int consumed, out int read, out int produced)
    {
        lock (_sync)
        {
            ThrowIfClosed();
            fixed (byte* from = input, into = plain, to = output)
            {
                Open(from, input.Length, to, output.Length);
                TlsStatus status = TlsStatus.Done;
                read = 0;
                while (read < plain.Length && status == TlsStatus.Done)
                {
                    LibSsl.ERR_clear_error();
                    int count = LibSsl.SSL_read(handle, into + read, plain.Length - read);
                    if (count > 0)
                    {
                        read += count;
                    }
                    else
                    {
                        status = StatusOf(count);
                    }
                }

                Close(input.Length, output.Length, out consumed, out produced);
                return status;
            }
        }
    }

    /// <summary>Room in which this many plain bytes are sealed at once.</summary>
    public static int SealedLength(int plain) => plain + ((plain / MaximumRecord) + 1) * RecordOverhead;

    /// <summary>Seals records while there is room for another.</summary>
    public TlsStatus Write(ReadOnlySpan<byte> plain, Span<byte> output, out int taken, out int produced)
    {
        lock (_sync)
        {
            ThrowIfClosed();
            fixed (byte* from = plain, to = output)
            {
                Open(null, 0, to, output.Length);
                TlsStatus status = TlsStatus.Done;
                taken = 0;
                while (taken < plain.Length && status == TlsStatus.Done)
                {
                    int length = Math.Min(plain.Length - taken, MaximumRecord);
                    if (_window->Room < length + RecordOverhead)
                    {
                        status = TlsStatus.NeedsRoom;
                        break;
                    }

                    LibSsl.ERR_clear_error();
                    int count = LibSsl.SSL_write(handle, from + taken, length);
                    if (count > 0)
                    {
                        taken += count;
                    }
                    else
                    {
                        status = StatusOf(count);
                    }
                }

                Close(0, output.Length, out _, out produced);
                return status;
            }
        }
    }

    /// <summary>Puts a new ticket in front of what is written next (TLS 1.3, where clients may use each but once).</summary>
    public void RenewTicket()
    {
        lock (_sync)
        {
            if (!IsClosed && !_isShutDown && Failure is null)
            {
                // 0 where the version has none.
                _ = LibSsl.SSL_new_session_ticket(handle);
                LibSsl.ERR_clear_error();
            }
        }
    }

    /// <summary>Puts close_notify out, once; nothing may be written after it.</summary>
    public void ShutDown(Span<byte> output, out int produced)
    {
        lock (_sync)
        {
            ThrowIfClosed();
            produced = 0;
            if (_isShutDown || Failure is not null)
            {
                return;
            }

            _isShutDown = true;
            fixed (byte* to = output)
            {
                Open(null, 0, to, output.Length);
                LibSsl.ERR_clear_error();
                int result = LibSsl.SSL_shutdown(handle);
                if (result < 0)
                {
                    StatusOf(result);
                }

                Close(0, output.Length, out _, out produced);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
        {
            base.Dispose(disposing);
            return;
        }

        lock (_sync)
        {
            base.Dispose(disposing);
        }
    }

    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_free(handle);
        NativeMemory.Free(_window);
        _context.DangerousRelease();
        return true;
    }

    // A session is made when the hello is read, and leaves as a ticket after the peer's Finished, which answers our hello: between the two lies a call of Handshake.
    private void DisownSession()
    {
        nint session = LibSsl.SSL_get_session(handle);
        if (session == 0 || LibSsl.SSL_session_reused(handle) == 1)
        {
            return;
        }

        ReadOnlySpan<byte> nobodys = "nobody's"u8;
        fixed (byte* id = nobodys)
        {
            LibSsl.Require(LibSsl.SSL_SESSION_set1_id_context(session, id, (uint)nobodys.Length) == 1, nameof(LibSsl.SSL_SESSION_set1_id_context));
        }
    }

    private int Ask(Func<nint, int> question)
    {
        lock (_sync)
        {
            ThrowIfClosed();
            return question(handle);
        }
    }

    private TlsStatus StatusOf(int result)
    {
        switch (LibSsl.SSL_get_error(handle, result))
        {
            case LibSsl.ErrorWantRead:
                return TlsStatus.NeedsInput;
            case LibSsl.ErrorWantWrite:
                return TlsStatus.NeedsRoom;
            case LibSsl.ErrorZeroReturn:
                return TlsStatus.Closed;
            default:
                Failure ??= LibSsl.TakeReason() ?? "no reason given";
                return TlsStatus.Failed;
        }
    }

    private void Open(byte* input, int length, byte* output, int room) =>
        *_window = new TlsWindow { Input = input, InputLength = length, Output = output, Room = room };

    private void Close(int length, int room, out int consumed, out int produced)
    {
        consumed = length - _window->InputLength;
        produced = room - _window->Room;
        *_window = default;
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(IsClosed, this);
}
