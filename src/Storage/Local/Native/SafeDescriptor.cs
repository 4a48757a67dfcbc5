using Microsoft.Win32.SafeHandles;

namespace Hpc.Storage.Local.Native;

/// <summary>An open file descriptor. It stays open as long as a call holds a reference, whoever disposes it.</summary>
internal sealed class SafeDescriptor : SafeHandleMinusOneIsInvalid
{
    private int _closeErrno;

    public SafeDescriptor(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>Closes and answers the error of close(2), 0 if there is none: what a network file system could not store.</summary>
    public int CloseWithErrno()
    {
        Dispose();
        return Volatile.Read(ref _closeErrno);
    }

    /// <summary>Keeps the descriptor open until the returned lease is disposed.</summary>
    public Lease Acquire()
    {
        bool acquired = false;
        DangerousAddRef(ref acquired);
        return new Lease(this);
    }

    protected override bool ReleaseHandle()
    {
        // Linux releases the descriptor even when close fails, EINTR included: closing again could hit a stranger's.
        if (NativeMethods.Close((int)handle) == 0)
        {
            return true;
        }

        int errno = NativeMethods.LastErrno;
        Volatile.Write(ref _closeErrno, errno == Errno.Interrupted ? 0 : errno);
        return errno != Errno.BadDescriptor;
    }

    internal readonly ref struct Lease(SafeDescriptor owner)
    {
        private readonly SafeDescriptor _owner = owner;

        public int Descriptor => (int)_owner.handle;

        public void Dispose() => _owner.DangerousRelease();
    }
}
