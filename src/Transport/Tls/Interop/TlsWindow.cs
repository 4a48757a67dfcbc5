namespace Hpc.Transport.Tls.Interop;

/// <summary>What libssl may read and write during one call: bytes of the peer, and room for what is to be sent.</summary>
internal unsafe struct TlsWindow
{
    public byte* Input;
    public int InputLength;
    public byte* Output;
    public int Room;
}
