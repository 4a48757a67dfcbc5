namespace Hpc.Transport.Connections;

/// <summary>
/// Says when the kernel should acknowledge at once. A peer that has Nagle's algorithm on keeps a small segment back until the one before is acknowledged,
/// and a receiver acknowledges what it has no answer to after 40 ms only: that is two waits in every SSH login (after KEXINIT and after NEWKEYS).
/// It is worth a system call for the first few receives of a connection; in bulk the segments themselves bring the acknowledgements.
/// </summary>
internal struct AcknowledgePolicy
{
    /// <summary>Acknowledgements that are asked for on one connection.</summary>
    public const int Limit = 16;

    // Receives and waits come from the reader, sends from the writer; a flag that is seen late costs an acknowledgement or a delay, nothing else.
    private volatile bool _isUnanswered;
    private byte _asked;

    public void OnReceived() => _isUnanswered = true;

    public void OnSending() => _isUnanswered = false;

    /// <summary>True if the connection begins to wait for its peer with something received that nothing was sent after. Counts it.</summary>
    public bool TakeDue()
    {
        if (!_isUnanswered || _asked == Limit)
        {
            return false;
        }

        _isUnanswered = false;
        _asked++;
        return true;
    }
}
