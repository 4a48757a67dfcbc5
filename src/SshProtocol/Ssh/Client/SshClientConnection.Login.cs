using System.Text;
using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Ssh.Client;

internal sealed partial class SshClientConnection
{
    private const int PacketOverhead = 1024;

    private readonly Queue<ClientCredential> _credentials;
    private readonly TaskCompletionSource _loggedIn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<string>? _serverSignatureAlgorithms;
    private ClientCredential? _trying;

    /// <summary>Completes when we are in; fails with <see cref="SshLoginException"/>.</summary>
    public Task LoggedIn => _loggedIn.Task;

    protected override void OnKeysUp()
    {
        Span<byte> payload = stackalloc byte[32];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.ServiceRequest);
        writer.WriteString("ssh-userauth"u8);
        Send(writer.Written);
    }

    private void OnExtInfo(ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload[1..]);
        if (!reader.TryReadUInt32(out uint count) || count > 64)
        {
            throw SshProtocolException.Malformed(MessageNumber.ExtInfo);
        }

        for (uint i = 0; i < count; i++)
        {
            if (!(reader.TryReadString(out ReadOnlySpan<byte> name) & reader.TryReadString(out ReadOnlySpan<byte> value)))
            {
                throw SshProtocolException.Malformed(MessageNumber.ExtInfo);
            }

            if (name.SequenceEqual("server-sig-algs"u8))
            {
                _serverSignatureAlgorithms = Encoding.ASCII.GetString(value).Split(',');
            }
        }
    }

    private void TryNextCredential()
    {
        if (!_credentials.TryDequeue(out ClientCredential? credential))
        {
            _loggedIn.TrySetException(new SshLoginException($"The server refuses to let '{_options.UserName}' in with what was tried."));
            throw SshProtocolException.Ended(DisconnectReason.NoMoreAuthMethodsAvailable, Transport.Connections.ConnectionEndReason.AuthenticationFailed, "nothing left to try");
        }

        _trying = credential;
        if (credential.Key is { } key)
        {
            WaitFor(new ValueTask(SendSignedAsync(key)));
        }
        else if (credential.IsInteractive)
        {
            SendRequest("keyboard-interactive", static (ref WireWriter writer, ClientCredential _) =>
            {
                writer.WriteString(""u8);
                writer.WriteString(""u8);
            });
        }
        else
        {
            SendRequest("password", static (ref WireWriter writer, ClientCredential tried) =>
            {
                writer.WriteBoolean(false);
                writer.WriteString(tried.Password!);
            });
        }
    }

    private delegate void WriteMethod(ref WireWriter writer, ClientCredential credential);

    private void SendRequest(string method, WriteMethod write)
    {
        var payload = new byte[256 + (_options.UserName.Length * 4) + ((_trying!.Password?.Length ?? 0) * 4)];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.UserauthRequest);
        writer.WriteString(_options.UserName);
        writer.WriteString("ssh-connection"u8);
        writer.WriteString(method);
        write(ref writer, _trying);
        Send(writer.Written);
    }

    private async Task SendSignedAsync(SshPrivateKey key)
    {
        string algorithm = key.Algorithms.FirstOrDefault(name => _serverSignatureAlgorithms?.Contains(name) ?? true) ?? key.Algorithms[0];
        byte[] request = BuildSigned(key, algorithm, out byte[] data);
        byte[] signature = await SshWorkers.RunAsync(() => key.Sign(algorithm, data), Connection.Stopping).ConfigureAwait(false);
        lock (Turn)
        {
            var payload = new byte[request.Length + 4 + signature.Length];
            var writer = new WireWriter(payload);
            writer.WriteBytes(request);
            writer.WriteString(signature);
            Send(writer.Written);
        }
    }

    private byte[] BuildSigned(SshPrivateKey key, string algorithm, out byte[] data)
    {
        ReadOnlySpan<byte> blob = key.PublicKey.Blob.Span;
        var request = new byte[128 + (_options.UserName.Length * 4) + algorithm.Length + blob.Length];
        var writer = new WireWriter(request);
        writer.WriteByte((byte)MessageNumber.UserauthRequest);
        writer.WriteString(_options.UserName);
        writer.WriteString("ssh-connection"u8);
        writer.WriteString("publickey"u8);
        writer.WriteBoolean(true);
        writer.WriteString(algorithm);
        writer.WriteString(blob);

        data = new byte[4 + SessionId.Length + writer.Length];
        var signed = new WireWriter(data);
        signed.WriteString(SessionId);
        signed.WriteBytes(writer.Written);
        return writer.Written.ToArray();
    }

    /// <summary>A question of keyboard-interactive: the password answers one prompt; anything else gets no answers.</summary>
    private void OnMethodMessage60(ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload[1..]);
        if (_trying is not { IsInteractive: true }
            || !(reader.TryReadString(out _) & reader.TryReadString(out _) & reader.TryReadString(out _) & reader.TryReadUInt32(out uint prompts)))
        {
            throw SshProtocolException.Malformed(MessageNumber.UserauthMethod60);
        }

        var response = new byte[16 + (_trying.Password!.Length * 4)];
        var writer = new WireWriter(response);
        writer.WriteByte((byte)MessageNumber.UserauthInfoResponse);
        writer.WriteUInt32(Math.Min(prompts, 1));
        if (prompts >= 1)
        {
            writer.WriteString(_trying.Password!);
        }

        Send(writer.Written);
    }

    private void OnLoggedIn()
    {
        Phase = SshPhase.Connected;
        TrustPeer(Options.MaxPacket + PacketOverhead);
        StartCompression();
        Connection.OnLoggedIn();
        _loggedIn.TrySetResult();
    }
}
