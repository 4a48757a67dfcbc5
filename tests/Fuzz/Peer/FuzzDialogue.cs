using System.Text;
using Hpc.Fuzz.Tests.Host;
using Hpc.Fuzz.Tests.Mutation;
using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.Fuzz.Tests.Peer;

/// <summary>The honest course of a session: keys, login, channels, files. What is not honest is the meddler's doing.</summary>
internal sealed class FuzzDialogue
{
    private readonly RawPeer _peer;
    private readonly FuzzPlan _plan;
    private readonly FuzzLogin _login;
    private readonly Random _random;
    private readonly TaskCompletionSource _serviceUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _loggedIn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<FuzzChannel> _channels = [];
    private volatile bool _isAsked;
    private TaskCompletionSource _verdict = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FuzzDialogue(RawPeer peer, FuzzPlan plan, FuzzLogin login, string outsidePath)
    {
        _peer = peer;
        _plan = plan;
        _login = login;
        _random = new Random(plan.Seed ^ 0xD1A);
        for (uint id = 0; id < plan.Channels; id++)
        {
            _channels.Add(new FuzzChannel(peer, plan, id + 7, outsidePath));
        }

        peer.OnMessage = OnMessageAsync;
    }

    /// <summary>True if the login was accepted.</summary>
    public bool IsLoggedIn => _loggedIn.Task.IsCompletedSuccessfully;

    /// <summary>SFTP replies that came.</summary>
    public int Replies => _channels.Sum(static channel => channel.Replies);

    public async Task RunAsync()
    {
        await _peer.BeginAsync();
        await _peer.BeginKeyExchangeAsync();
        if (!await _peer.WaitAsync(_peer.KeysUp))
        {
            return;
        }

        await LogInAsync();
        if (!IsLoggedIn)
        {
            return;
        }

        await SendGlobalRequestsAsync();
        foreach (FuzzChannel channel in _channels)
        {
            await channel.OpenAsync();
        }

        _peer.IsDeaf = _plan.IsDeaf;
        for (int i = 0; i < _plan.Requests && !_peer.IsOver; i++)
        {
            await _channels[_random.Next(_channels.Count)].SendBatchAsync();
            if (_random.Next(30) == 0)
            {
                await _peer.BeginKeyExchangeAsync();
            }
        }

        foreach (FuzzChannel channel in _channels)
        {
            await channel.FinishAsync();
        }
    }

    private async Task OnMessageAsync(MessageNumber number, byte[] packet)
    {
        switch (number)
        {
            case MessageNumber.ServiceAccept:
                _serviceUp.TrySetResult();
                break;
            case MessageNumber.UserauthSuccess:
                _loggedIn.TrySetResult();
                _verdict.TrySetResult();
                break;
            case MessageNumber.UserauthFailure or MessageNumber.UserauthMethod60:
                _isAsked = number == MessageNumber.UserauthMethod60;
                _verdict.TrySetResult();
                break;
            case >= MessageNumber.ChannelOpenConfirmation and <= MessageNumber.ChannelFailure when packet.Length >= 5:
                uint recipient = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(1));
                if (_channels.Find(channel => channel.Id == recipient) is { } found)
                {
                    await found.OnMessageAsync(number, packet);
                }

                break;
        }
    }

    private async Task LogInAsync()
    {
        await _peer.SendAsync(FuzzStage.Service, Message(MessageNumber.ServiceRequest, static (ref WireWriter w) => w.WriteString("ssh-userauth")));
        if (!await _peer.WaitAsync(_serviceUp.Task))
        {
            return;
        }

        int tries = _random.Next(3);
        for (int i = 0; i < tries; i++)
        {
            await TryAsync(WrongTry());
            if (_random.Next(4) == 0)
            {
                await TryAsync(Userauth("keyboard-interactive", static (ref WireWriter w) =>
                {
                    w.WriteString("");
                    w.WriteString("");
                }));
                await TryAsync(Answer());
                if (_isAsked && _random.Next(4) != 0)
                {
                    // The code behind the password.
                    await TryAsync(Answer());
                }
            }
        }

        if (_random.Next(3) == 0 && _login.Key is not null)
        {
            await TryAsync(KeyTry(isSigned: true));
            if (_loggedIn.Task.IsCompleted)
            {
                return;
            }
        }

        await TryAsync(PasswordTry(_login.Password));
    }

    private async Task TryAsync(byte[] request)
    {
        _verdict = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _peer.SendAsync(FuzzStage.Login, request);
        await _peer.WaitAsync(_verdict.Task);
    }

    private byte[] WrongTry() => _random.Next(5) switch
    {
        0 => Userauth("none", static (ref WireWriter _) => { }),
        1 => PasswordTry("wrong"),
        2 when _login.Key is not null => KeyTry(isSigned: false),
        3 => Userauth("keyboard-interactive", static (ref WireWriter w) =>
        {
            w.WriteString("");
            w.WriteString("");
        }),
        _ => Userauth("hostbased", static (ref WireWriter w) => w.WriteString("")),
    };

    private byte[] Answer() => Message(MessageNumber.UserauthInfoResponse, (ref WireWriter w) =>
    {
        w.WriteUInt32(1);
        w.WriteString(_random.Next(4) == 0 ? _login.Password : "wrong");
    });

    private byte[] PasswordTry(string password) => Userauth("password", (ref WireWriter w) =>
    {
        w.WriteBoolean(false);
        w.WriteString(password);
    });

    private byte[] KeyTry(bool isSigned)
    {
        byte[] blob = _login.Key!.PublicKey.Blob.ToArray();
        byte[] unsigned = Userauth("publickey", (ref WireWriter w) =>
        {
            w.WriteBoolean(isSigned);
            w.WriteString("ssh-ed25519");
            w.WriteString(blob);
        });
        if (!isSigned)
        {
            return unsigned;
        }

        var signed = new byte[4 + _peer.SessionId.Length + unsigned.Length];
        var data = new WireWriter(signed);
        data.WriteString(_peer.SessionId);
        data.WriteBytes(unsigned);
        byte[] signature = _login.Key.Sign("ssh-ed25519", data.Written);
        var request = new byte[unsigned.Length + 4 + signature.Length];
        var writer = new WireWriter(request);
        writer.WriteBytes(unsigned);
        writer.WriteString(signature);
        return request;
    }

    private byte[] Userauth(string method, Filler fill) => Message(MessageNumber.UserauthRequest, (ref WireWriter w) =>
    {
        w.WriteString(_login.User);
        w.WriteString("ssh-connection");
        w.WriteString(method);
        fill(ref w);
    });

    private async Task SendGlobalRequestsAsync()
    {
        string[] names = ["keepalive@openssh.com", "hostkeys-prove-00@openssh.com", "tcpip-forward", "unknown@example.org"];
        for (int i = _random.Next(4); i > 0; i--)
        {
            await _peer.SendAsync(FuzzStage.Connection, Message(MessageNumber.GlobalRequest, (ref WireWriter w) =>
            {
                w.WriteString(names[_random.Next(names.Length)]);
                w.WriteBoolean(_random.Next(2) == 0);
            }));
        }

        await _peer.SendAsync(FuzzStage.Connection, Message(MessageNumber.Ping, static (ref WireWriter w) => w.WriteString("ping")));
    }

    internal delegate void Filler(ref WireWriter writer);

    internal static byte[] Message(MessageNumber number, Filler fill)
    {
        var writer = new WireWriter(new byte[70_000]);
        writer.WriteByte((byte)number);
        fill(ref writer);
        return writer.Written.ToArray();
    }
}
