using Hpc.SshProtocol.Ssh.Channels;

namespace Hpc.SshProtocol.Ssh.Connection;

internal abstract partial class SshConnection
{
    // Longer than a peer that reads takes from one adjustment to the next, shorter than anybody notices.
    private static readonly TimeSpan WindowPatience = TimeSpan.FromMilliseconds(20);

    // On a longer line the window is what sets the pace, and none of it may lie idle.
    private static readonly TimeSpan ShortLine = TimeSpan.FromMilliseconds(5);

    private const long LineKnownMilliseconds = 1000;

    private long _lineLookedAt = long.MinValue;
    private bool _isShortLine;
    private ITimer? _windowTimer;
    private bool _isWindowTimerSet;

    /// <summary>True if a round trip takes a few milliseconds at most, as far as anybody knows. With the turn held.</summary>
    internal bool IsShortLine
    {
        get
        {
            long now = Now;
            if (_lineLookedAt == long.MinValue || now - _lineLookedAt > LineKnownMilliseconds)
            {
                _lineLookedAt = now;
                _isShortLine = Connection.RoundTripTime is not { } roundTrip || roundTrip <= ShortLine;
            }

            return _isShortLine;
        }
    }

    /// <summary>A channel has more to send than is worth a packet in its window. It is used all the same if the peer does not open it further. With the turn held.</summary>
    internal void AwaitWindow()
    {
        if (_isWindowTimerSet || _isClosing)
        {
            return;
        }

        _isWindowTimerSet = true;
        if (_windowTimer is null)
        {
            _windowTimer = Options.Clock.CreateTimer(static state => ((SshConnection)state!).OnWindowPatienceOver(), this, WindowPatience, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _windowTimer.Change(WindowPatience, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnWindowPatienceOver()
    {
        lock (Turn)
        {
            _isWindowTimerSet = false;
            foreach (SshChannel channel in _channels)
            {
                channel.UseWindow();
            }
        }

        _sendSignal.Pulse();
    }
}
