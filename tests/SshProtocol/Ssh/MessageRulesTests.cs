using Hpc.Crypto.KeyAgreement;
using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Ssh.Client;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

/// <summary>Every message number in every phase, written down from the RFCs and not from the table under test (CVE-2025-32433 and its kin).</summary>
public sealed class MessageRulesTests
{
    public enum Moment
    {
        BeforeKexInit,
        InKeyExchange,
        InStrictKeyExchange,
        Service,
        Authentication,
        Connected,
        InRekey,
    }

    private enum Fate
    {
        Cut,
        Alive,
        Closed,
        Unimplemented,

        /// <summary>The message is in its place: other tests have it.</summary>
        Skip,
    }

    [Theory]
    [InlineData(Moment.BeforeKexInit)]
    [InlineData(Moment.InKeyExchange)]
    [InlineData(Moment.InStrictKeyExchange)]
    [InlineData(Moment.Service)]
    [InlineData(Moment.Authentication)]
    [InlineData(Moment.Connected)]
    [InlineData(Moment.InRekey)]
    public async Task A_server_takes_what_is_in_its_place_and_cuts_the_rest(Moment moment)
    {
        using var host = new SshTestHost();
        for (int number = 0; number < 256; number++)
        {
            Fate fate = FateAtServer((byte)number, moment);
            if (fate == Fate.Skip)
            {
                continue;
            }

            await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
            uint channel = await BringToAsync(host, peer, moment);
            uint sequence = peer.SendSequence;
            await peer.SendNowAsync(BodyFor((byte)number, channel));
            await CheckAsync(peer, server, fate, (byte)number, sequence, moment);
        }
    }

    [Theory]
    [InlineData(Moment.BeforeKexInit)]
    [InlineData(Moment.InKeyExchange)]
    [InlineData(Moment.InStrictKeyExchange)]
    [InlineData(Moment.Service)]
    [InlineData(Moment.Authentication)]
    [InlineData(Moment.Connected)]
    [InlineData(Moment.InRekey)]
    public async Task A_client_takes_what_is_in_its_place_and_cuts_the_rest(Moment moment)
    {
        using var host = new SshTestHost();
        for (int number = 0; number < 256; number++)
        {
            Fate fate = FateAtClient((byte)number, moment);
            if (fate == Fate.Skip)
            {
                continue;
            }

            await using RawPeer peer = host.ServeRaw(host.ClientOptions(), out Task<SshClient> client);
            await BringClientToAsync(peer, moment);
            uint sequence = peer.SendSequence;
            await peer.SendNowAsync(BodyFor((byte)number, 0));
            Task<ConnectionEndReason> end = EndOfAsync(client);
            await CheckAsync(peer, end, fate, (byte)number, sequence, moment);
        }
    }

    private static async Task<ConnectionEndReason> EndOfAsync(Task<SshClient> client)
    {
        try
        {
            return await (await client).Completion;
        }
        catch (SshLoginException exception)
        {
            return exception.Message.Contains("ClosedByPeer", StringComparison.Ordinal) ? ConnectionEndReason.ClosedByPeer : ConnectionEndReason.ProtocolError;
        }
    }

    private static async Task CheckAsync(RawPeer peer, Task<ConnectionEndReason> end, Fate fate, byte number, uint sequence, Moment moment)
    {
        string what = $"message {number} at {moment}";
        try
        {
            switch (fate)
            {
                case Fate.Cut:
                    (DisconnectReason Reason, string Text)? said = await peer.ReceiveEndAsync();
                    said.ShouldNotBeNull(what).Reason.ShouldBe(DisconnectReason.ProtocolError, what);
                    peer.CloseOutput();
                    (await end.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(ConnectionEndReason.ProtocolError, what);
                    break;
                case Fate.Closed:
                    (await peer.ReceiveEndAsync()).ShouldBeNull(what);
                    (await end.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(ConnectionEndReason.ClosedByPeer, what);
                    break;
                case Fate.Unimplemented:
                    byte[] answer = (await peer.PingAsync()).Single(static payload => Msg.NumberOf(payload) == MessageNumber.Unimplemented);
                    Msg.UInt32At(answer, 1).ShouldBe(sequence, what);
                    break;
                default:
                    int exchanges = moment switch
                    {
                        Moment.BeforeKexInit or Moment.InKeyExchange => 1,
                        Moment.InRekey => 2,
                        _ => 0,
                    };
                    if (moment == Moment.BeforeKexInit)
                    {
                        await peer.SendKexInitAsync();
                    }

                    await peer.WaitForExchangesAsync(exchanges);
                    await peer.PingAsync();
                    break;
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException)
        {
            throw new InvalidOperationException(what, exception);
        }
    }

    private static async Task<uint> BringToAsync(SshTestHost host, RawPeer peer, Moment moment)
    {
        peer.OffersStrict = moment is not (Moment.InKeyExchange or Moment.BeforeKexInit);
        switch (moment)
        {
            case Moment.BeforeKexInit:
                await peer.ExchangeVersionsAsync();
                break;
            case Moment.InKeyExchange or Moment.InStrictKeyExchange:
                await peer.ExchangeVersionsAsync();
                await peer.SendKexInitAsync();
                break;
            case Moment.Service:
                await peer.ConnectAsync();
                break;
            case Moment.Authentication:
                await peer.BeginAuthenticationAsync();
                break;
            default:
                await peer.LogInAsync(SshTestHost.User, host.Password);
                RawChannel channel = await RawChannel.OpenAsync(peer);
                if (moment == Moment.InRekey)
                {
                    await peer.RekeyAsync();
                }

                return channel.RemoteId;
        }

        return 0;
    }

    private static async Task BringClientToAsync(RawPeer peer, Moment moment)
    {
        peer.OffersStrict = moment is not (Moment.InKeyExchange or Moment.BeforeKexInit);
        await peer.ExchangeVersionsAsync();
        if (moment == Moment.BeforeKexInit)
        {
            return;
        }

        await peer.SendKexInitAsync();
        if (moment is Moment.InKeyExchange or Moment.InStrictKeyExchange)
        {
            return;
        }

        await peer.WaitForExchangesAsync(1);
        await peer.ExpectAsync(MessageNumber.ServiceRequest);
        if (moment == Moment.Service)
        {
            return;
        }

        await peer.SendAsync(Msg.Of(MessageNumber.ServiceAccept, "ssh-userauth"));
        await peer.ExpectAsync(MessageNumber.UserauthRequest);
        if (moment == Moment.Authentication)
        {
            return;
        }

        await peer.SendAsync(Msg.Of(MessageNumber.UserauthSuccess));
        if (moment == Moment.InRekey)
        {
            await peer.RekeyAsync();
        }
    }

    private static Fate FateAtServer(byte number, Moment moment)
    {
        bool isConnected = moment == Moment.Connected;
        bool hasKeys = moment is Moment.Service or Moment.Authentication or Moment.Connected;
        return number switch
        {
            1 => Fate.Closed,
            2 or 4 => moment == Moment.InStrictKeyExchange ? Fate.Cut : Fate.Alive,
            3 => moment is Moment.InStrictKeyExchange or Moment.BeforeKexInit ? Fate.Cut : Fate.Alive,
            5 => moment is Moment.Service or Moment.Authentication ? Fate.Alive : Fate.Cut,
            7 => moment is Moment.Service or Moment.Authentication ? Fate.Alive : Fate.Cut,
            20 => moment is Moment.BeforeKexInit or Moment.Connected ? Fate.Skip : Fate.Cut,
            30 => moment is Moment.InKeyExchange or Moment.InStrictKeyExchange or Moment.InRekey ? Fate.Skip : Fate.Cut,
            50 => isConnected ? Fate.Alive : moment == Moment.Authentication ? Fate.Skip : Fate.Cut,
            80 or 90 or 93 or 94 or 96 or 97 or 98 => isConnected ? Fate.Alive : Fate.Cut,
            192 or 193 => hasKeys ? Fate.Alive : Fate.Cut,
            _ when isConnected && !IsAssigned(number) => Fate.Unimplemented,
            _ => Fate.Cut,
        };
    }

    private static Fate FateAtClient(byte number, Moment moment)
    {
        bool isConnected = moment == Moment.Connected;
        bool hasKeys = moment is Moment.Service or Moment.Authentication or Moment.Connected;
        return number switch
        {
            1 => Fate.Closed,
            2 or 4 => moment == Moment.InStrictKeyExchange ? Fate.Cut : Fate.Alive,
            3 => moment is Moment.InStrictKeyExchange or Moment.BeforeKexInit ? Fate.Cut : Fate.Alive,
            6 => moment == Moment.Service ? Fate.Skip : Fate.Cut,
            7 => moment is Moment.Service or Moment.Authentication ? Fate.Alive : Fate.Cut,
            20 => moment is Moment.BeforeKexInit or Moment.Connected ? Fate.Skip : Fate.Cut,
            31 => moment is Moment.InKeyExchange or Moment.InStrictKeyExchange or Moment.InRekey ? Fate.Skip : Fate.Cut,
            51 or 52 => moment == Moment.Authentication ? Fate.Skip : Fate.Cut,
            53 => moment == Moment.Authentication ? Fate.Alive : Fate.Cut,
            80 => isConnected ? Fate.Alive : Fate.Cut,
            192 or 193 => hasKeys ? Fate.Alive : Fate.Cut,
            _ when isConnected && !IsAssigned(number) => Fate.Unimplemented,
            _ => Fate.Cut,
        };
    }

    private static bool IsAssigned(byte number) =>
        number is (>= 1 and <= 7) or 20 or 21 or (>= 30 and <= 34) or (>= 50 and <= 53) or 60 or 61 or (>= 80 and <= 82) or (>= 90 and <= 100) or 192 or 193;

    private static byte[] BodyFor(byte number, uint channel)
    {
        var type = (MessageNumber)number;
        return number switch
        {
            1 => Msg.Of(type, 11u, "bye", ""),
            2 => Msg.Of(type, "ignored"),
            3 => Msg.Of(type, 0u),
            4 => Msg.Of(type, false, "debug", ""),
            5 or 6 => Msg.Of(type, "ssh-userauth"),
            7 => Msg.Of(type, 1u, "name", "value"),
            20 => RawPeer.OfferOf("aes128-gcm@openssh.com", "none").ToPayload(),
            30 => Msg.Of(type, Hpc.Crypto.AlgorithmCatalog.CreateKeyAgreement("curve25519-sha256").PublicShare.ToArray()),
            50 => Msg.Password("somebody", "else"),
            53 => Msg.Of(type, "hello", ""),
            61 => Msg.Of(type, 1u, "answer"),
            80 => Msg.Of(type, "unknown@example.com", false),
            90 => Msg.Open(7),
            92 => Msg.Of(type, channel, 1u, "", ""),
            93 => Msg.Of(type, channel, 1u),
            94 => Msg.Of(type, channel, "data"),
            95 => Msg.Of(type, channel, 1u, "data"),
            98 => Msg.Request(channel, "env", false, "LANG", "C"),
            96 or 97 or 99 or 100 => Msg.Of(type, channel),
            192 or 193 => Msg.Of(type, "ping"),
            _ => [number],
        };
    }
}
