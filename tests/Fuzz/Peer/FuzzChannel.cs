using System.Buffers.Binary;
using Hpc.Fuzz.Tests.Mutation;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.Fuzz.Tests.Peer;

/// <summary>One session channel with SFTP on it, or sometimes a command.</summary>
internal sealed class FuzzChannel(RawPeer peer, FuzzPlan plan, uint id, string outsidePath)
{
    private const int MaxReply = 1 << 20;

    // A channel without window, or out of step, answers no more: waiting for it each time would be all that the case does.
    private const int MaxFruitlessWaits = 2;

    private static readonly string[] Commands =
        ["sha256sum small big", "md5sum 'dir/file'", "df -h /", "pwd", "cd dir", "sha1sum ../outside/secret.txt", "echo $HOME", "/usr/lib/openssh/sftp-server", "'", "sha256sum -b -- link-out dir-out/secret.txt",
            "scp -t .", "scp -r -t dir", "scp -p -r -t /", "scp -d -t new", "scp -t dir-out", "scp -t link-out", "scp -t ../outside/secret.txt", "scp -f small", "scp -r -f /",
            "scp -p -r -f dir many", "scp -r -f dir-out", "scp -f link-out", "scp -f big big nothing", "scp -r -f loop ../outside"];

    private readonly Random _random = new(plan.Seed * 31 ^ (int)id);
    private readonly SftpRequestMaker _requests = new(new Random(plan.Seed * 17 ^ (int)id), outsidePath);
    private readonly ScpRecordMaker _records = new(new Random(plan.Seed * 13 ^ (int)id));
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<byte> _incoming = [];
    private TaskCompletionSource _replied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _remoteId;
    private long _window;
    private int _replies;
    private int _requested;
    private int _fruitlessWaits;
    private bool _isSftp;

    public uint Id { get; } = id;

    public int Replies => Volatile.Read(ref _replies);

    public async Task OpenAsync()
    {
        await peer.SendAsync(FuzzStage.Connection, FuzzDialogue.Message(MessageNumber.ChannelOpen, (ref WireWriter w) =>
        {
            w.WriteString("session");
            w.WriteUInt32(Id);
            w.WriteUInt32(plan.Window);
            w.WriteUInt32(plan.MaxPacket);
        }));
        if (!await peer.WaitAsync(_opened.Task))
        {
            return;
        }

        if (_random.Next(4) == 0)
        {
            await RequestAsync("env", "LANG");
        }

        _isSftp = _random.Next(4) != 0;
        await (_isSftp ? RequestAsync("subsystem", "sftp") : RequestAsync("exec", Commands[_random.Next(Commands.Length)]));
        if (_isSftp)
        {
            await SendStreamAsync([0, 0, 0, 5, (byte)SftpMessageType.Init, 0, 0, 0, 3]);
            _requested = 1;
        }
    }

    /// <summary>Some requests at once, and where it makes sense the wait for their replies.</summary>
    public async Task SendBatchAsync()
    {
        if (!_opened.Task.IsCompleted)
        {
            return;
        }

        using var stream = new MemoryStream();
        for (int i = _random.Next(1, 12); i > 0; i--)
        {
            stream.Write(_isSftp ? peer.Meddler.Request(_requests.Next()) : peer.Meddler.Record(_records.Next()));
            _requested++;
        }

        await SendStreamAsync(stream.ToArray());
        if (_random.Next(3) == 0)
        {
            await AdjustAsync(_random.Next(400) == 0 ? ByteMutator.Length(_random) : (uint)_random.Next(1, 200_000));
        }

        if (_isSftp && _random.Next(2) == 0 && _fruitlessWaits < MaxFruitlessWaits)
        {
            await WaitForRepliesAsync();
        }
    }

    public async Task FinishAsync()
    {
        if (!_opened.Task.IsCompleted || peer.IsOver)
        {
            return;
        }

        if (_random.Next(2) == 0)
        {
            await peer.SendAsync(FuzzStage.Connection, Plain(MessageNumber.ChannelEof));
        }

        if (_random.Next(2) == 0)
        {
            await peer.SendAsync(FuzzStage.Connection, Plain(MessageNumber.ChannelClose));
        }
    }

    public async Task OnMessageAsync(MessageNumber number, byte[] packet)
    {
        switch (number)
        {
            case MessageNumber.ChannelOpenConfirmation when packet.Length == 17:
                _remoteId = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(5));
                _window = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(9));
                _opened.TrySetResult();
                break;
            case MessageNumber.ChannelWindowAdjust when packet.Length == 9:
                Interlocked.Add(ref _window, BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(5)));
                break;
            case MessageNumber.ChannelData when packet.Length >= 9:
                OnStream(packet.AsSpan(9));

                // The reading loop carries key exchanges, so it cannot wait for the end of one.
                if (_random.Next(2) == 0 && !peer.IsInKeyExchange)
                {
                    await AdjustAsync((uint)(packet.Length - 9));
                }

                break;
        }
    }

    private async Task WaitForRepliesAsync()
    {
        while (Volatile.Read(ref _replies) < _requested)
        {
            Task next = Volatile.Read(ref _replied).Task;
            if (Volatile.Read(ref _replies) >= _requested || !await peer.WaitAsync(next))
            {
                _fruitlessWaits++;
                return;
            }
        }
    }

    private void OnStream(ReadOnlySpan<byte> data)
    {
        _incoming.AddRange(data);
        int at = 0;
        Span<byte> all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_incoming);
        while (all.Length - at >= 5)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(all[at..]);
            if (length > MaxReply || length < 1)
            {
                // A command's output.
                at = all.Length;
                break;
            }

            if (all.Length - at < 4 + (int)length)
            {
                break;
            }

            _requests.OnReply(all.Slice(at + 4, (int)length));
            _replies++;
            at += 4 + (int)length;
            Interlocked.Exchange(ref _replied, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }

        _incoming.RemoveRange(0, Math.Min(at, _incoming.Count));
    }

    private async Task SendStreamAsync(byte[] bytes)
    {
        int at = 0;
        while (at < bytes.Length && !peer.IsOver)
        {
            int count = Math.Min(bytes.Length - at, _random.Next(4) == 0 ? _random.Next(1, 300) : 30_000);
            if (Interlocked.Read(ref _window) < count && _random.Next(1000) != 0)
            {
                // No credit: what the server does not take is not sent, or only seldom.
                return;
            }

            Interlocked.Add(ref _window, -count);
            byte[] part = bytes[at..(at + count)];
            await peer.SendAsync(FuzzStage.Connection, FuzzDialogue.Message(MessageNumber.ChannelData, (ref WireWriter w) =>
            {
                w.WriteUInt32(_remoteId);
                w.WriteString(part);
            }));
            at += count;
        }
    }

    private Task AdjustAsync(uint bytes) => peer.SendAsync(FuzzStage.Connection, FuzzDialogue.Message(MessageNumber.ChannelWindowAdjust, (ref WireWriter w) =>
    {
        w.WriteUInt32(_remoteId);
        w.WriteUInt32(bytes);
    }));

    private Task RequestAsync(string type, string argument) => peer.SendAsync(FuzzStage.Connection, FuzzDialogue.Message(MessageNumber.ChannelRequest, (ref WireWriter w) =>
    {
        w.WriteUInt32(_remoteId);
        w.WriteString(type);
        w.WriteBoolean(true);
        w.WriteString(argument);
        if (type == "env")
        {
            w.WriteString("C");
        }
    }));

    private byte[] Plain(MessageNumber number) => FuzzDialogue.Message(number, (ref WireWriter w) => w.WriteUInt32(_remoteId));
}
