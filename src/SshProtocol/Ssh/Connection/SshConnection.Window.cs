using Hpc.SshProtocol.Ssh.Channels;

namespace Hpc.SshProtocol.Ssh.Connection;

internal abstract partial class SshConnection
{
    // Longer than a peer that reads takes from one adjustment to the next, shorter than anybody notices.
    private static readonly TimeSpan WindowPatience = TimeSpan.FromMilliseconds(20);

    private ITimer? _windowTimer;
    private bool _isWindowTimerSet;

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
