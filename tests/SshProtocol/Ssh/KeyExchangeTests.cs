using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Ssh.Client;
using Hpc.SshProtocol.Ssh.KeyExchange;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

public sealed class KeyExchangeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Strict_key_exchange_takes_nothing_before_kexinit(bool isIgnore)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.ExchangeVersionsAsync();
        await peer.SendNowAsync(isIgnore ? Msg.Of(MessageNumber.Ignore, "x") : Msg.Of(MessageNumber.Debug, false, "x", ""));
        await peer.SendKexInitAsync();
        (await peer.ReceiveEndAsync()).ShouldNotBeNull().Reason.ShouldBe(DisconnectReason.ProtocolError);
        (await server).ShouldBe(ConnectionEndReason.ProtocolError);
    }

    [Fact]
    public async Task Strict_key_exchange_takes_nothing_between_share_and_newkeys()
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.ExchangeVersionsAsync();
        await peer.SendKexInitAsync();
        await peer.TakeKeyExchangeAsync((await peer.TryReceiveRawAsync())!);
        await peer.SendNowAsync(Msg.Of(MessageNumber.Ignore, "x"));
        (await peer.TryReceiveRawAsync())![0].ShouldBe((byte)MessageNumber.KexReplyOrGroup);
        (await peer.TryReceiveRawAsync())![0].ShouldBe((byte)MessageNumber.NewKeys);
        (await server).ShouldBe(ConnectionEndReason.ProtocolError);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sequence_numbers_start_again_with_new_keys_only_if_both_are_strict(bool isStrict)
    {
        // chacha20-poly1305 has the sequence number for a nonce: a wrong one does not open.
        using var host = new SshTestHost();
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync(prepare: it =>
        {
            it.OffersStrict = isStrict;
            it.Offer = RawPeer.OfferOf("chacha20-poly1305@openssh.com", "none");
        });
        await using (peer)
        {
            for (int i = 2; i < 6; i++)
            {
                await peer.PingAsync();
                await peer.RekeyAsync();
                await peer.WaitForExchangesAsync(i);
            }

            await peer.PingAsync();
            if (isStrict)
            {
                peer.ReceiveSequence.ShouldBeLessThan(3u);
            }
            else
            {
                peer.ReceiveSequence.ShouldBeGreaterThan(12u);
            }
        }

        (await server).ShouldBe(ConnectionEndReason.ClosedByPeer);
    }

    [Fact]
    public async Task Extensions_are_announced_to_who_asks_only()
    {
        using var host = new SshTestHost();
        await using RawPeer silent = host.ConnectRaw(out _);
        await silent.ConnectAsync();
        (await silent.PingAsync()).ShouldBeEmpty();

        await using RawPeer peer = host.ConnectRaw(out _);
        peer.OffersExtInfo = true;
        await peer.ConnectAsync();
        byte[] info = (await peer.PingAsync()).ShouldHaveSingleItem();
        info[0].ShouldBe((byte)MessageNumber.ExtInfo);
        byte[] name = Msg.StringAt(info, 5);
        name.ShouldBe("server-sig-algs"u8.ToArray());
        System.Text.Encoding.ASCII.GetString(Msg.StringAt(info, 9 + name.Length)).Split(',').ShouldContain("ssh-ed25519");
    }

    [Fact]
    public async Task Markers_are_offered_in_the_first_key_exchange_only()
    {
        using var host = new SshTestHost();
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            KexInitMessage.TryRead(peer.PeerKexInit, out KexInitMessage first).ShouldBeTrue();
            first.KeyExchange.ShouldContain("kex-strict-s-v00@openssh.com");
            await peer.RekeyAsync();
            await peer.WaitForExchangesAsync(2);
            KexInitMessage.TryRead(peer.PeerKexInit, out KexInitMessage second).ShouldBeTrue();
            second.KeyExchange.ShouldNotContain("kex-strict-s-v00@openssh.com");
        }
    }

    [Fact]
    public async Task A_right_guess_is_used()
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out _);
        await peer.ExchangeVersionsAsync();
        using Crypto.KeyAgreement.KeyAgreement agreement = Crypto.AlgorithmCatalog.CreateKeyAgreement("curve25519-sha256");
        peer.Guess = Msg.Of(MessageNumber.KexInitShare, agreement.PublicShare.ToArray());
        await peer.SendKexInitAsync();
        (await peer.TryReceiveRawAsync())![0].ShouldBe((byte)MessageNumber.KexInit);
        (await peer.TryReceiveRawAsync())![0].ShouldBe((byte)MessageNumber.KexReplyOrGroup);
    }

    public static TheoryData<string> BadOffers => [.. new[] { "10000 names", "256 KiB", "empty", "non-ASCII", "short", "nothing in common" }];

    [Theory]
    [MemberData(nameof(BadOffers))]
    public async Task A_kexinit_that_cannot_be_ends_the_connection(string kind)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.ExchangeVersionsAsync();
        KexInitMessage good = peer.Offer;
        byte[] payload = kind switch
        {
            "10000 names" => (good with { KeyExchange = [.. Enumerable.Range(0, 10_000).Select(static i => (i % 10).ToString(System.Globalization.CultureInfo.InvariantCulture))] }).ToPayload(),
            "256 KiB" => (good with { CipherToServer = [new string('a', 256 * 1024)] }).ToPayload(),
            "empty" => (good with { KeyExchange = [], HostKey = [], CipherToServer = [] }).ToPayload(),
            "non-ASCII" => Msg.Of(MessageNumber.KexInit, new Msg.Raw(new byte[16]), "kéx", "", "", "", "", "", "", "", "", "", false, 0u),
            "short" => good.ToPayload()[..40],
            _ => (good with { CipherToClient = ["rot13"] }).ToPayload(),
        };
        await peer.SendNowAsync(payload);
        (await peer.ReceiveEndAsync()).ShouldNotBeNull();
        ConnectionEndReason expected = kind is "empty" or "nothing in common" ? ConnectionEndReason.NegotiationFailed : ConnectionEndReason.ProtocolError;
        (await server).ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    public async Task A_share_that_gives_no_secret_ends_the_connection(string share)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.ExchangeVersionsAsync();
        await peer.SendKexInitAsync();
        await peer.SendNowAsync(Msg.Of(MessageNumber.KexInitShare, Convert.FromHexString(share)));
        (await peer.ReceiveEndAsync()).ShouldNotBeNull().Reason.ShouldBe(DisconnectReason.KeyExchangeFailed);
        (await server).ShouldBe(ConnectionEndReason.ProtocolError);
    }

    [Theory]
    [InlineData(0u, 0u, 0u)]
    [InlineData(512u, 1024u, 1536u)]
    [InlineData(4096u, 2048u, 8192u)]
    [InlineData(2048u, 8192u, 4096u)]
    [InlineData(20_000u, 20_000u, uint.MaxValue)]
    public async Task A_group_that_cannot_be_ends_the_connection(uint min, uint preferred, uint max)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.ExchangeVersionsAsync();
        peer.Offer = RawPeer.OfferOf("aes128-ctr", "hmac-sha2-256-etm@openssh.com", "diffie-hellman-group-exchange-sha256");
        await peer.SendKexInitAsync();
        await peer.SendNowAsync(Msg.Of(MessageNumber.KexGexRequest, min, preferred, max));
        (await peer.ReceiveEndAsync()).ShouldNotBeNull().Reason.ShouldBe(DisconnectReason.KeyExchangeFailed);
        (await server).ShouldBe(ConnectionEndReason.ProtocolError);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(32)]
    public async Task Messages_of_another_method_end_the_connection(byte number)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.ExchangeVersionsAsync();
        peer.Offer = number == 30 ? RawPeer.OfferOf("aes128-ctr", "hmac-sha2-256-etm@openssh.com", "diffie-hellman-group-exchange-sha256") : peer.Offer;
        await peer.SendKexInitAsync();
        await peer.SendNowAsync(Msg.Of((MessageNumber)number, new byte[32]));
        (await peer.ReceiveEndAsync()).ShouldNotBeNull().Reason.ShouldBe(DisconnectReason.ProtocolError);
        (await server).ShouldBe(ConnectionEndReason.ProtocolError);
    }

    [Fact]
    public async Task Channel_data_during_the_peers_rekey_ends_the_connection()
    {
        using var host = new SshTestHost();
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync();
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenSftpAsync(peer);
            await peer.RekeyAsync();
            await peer.SendNowAsync(Msg.Of(MessageNumber.ChannelData, channel.RemoteId, "x"));
            (await peer.ReceiveEndAsync()).ShouldNotBeNull().Reason.ShouldBe(DisconnectReason.ProtocolError);
        }

        (await server).ShouldBe(ConnectionEndReason.ProtocolError);
    }

    [Fact]
    public async Task Too_many_key_exchanges_in_a_minute_end_the_connection()
    {
        using var host = new SshTestHost();
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync(static options => options with { MaxKeyWorkPerMinute = 5 });
        await using (peer)
        {
            for (int i = 2; i <= 6; i++)
            {
                await peer.RekeyAsync();
                await peer.WaitForExchangesAsync(i);
            }

            await peer.RekeyAsync();
            (await peer.ReceiveEndAsync()).ShouldNotBeNull();
        }

        (await server).ShouldBe(ConnectionEndReason.ResourceLimit);
    }

    [Theory]
    [InlineData(false, 64)]
    [InlineData(true, 1024)]
    public async Task Messages_without_content_are_counted(bool isLoggedIn, int limit)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await (isLoggedIn ? peer.LogInAsync(SshTestHost.User, host.Password) : peer.ConnectAsync());
        byte[][] noise =
        [
            Msg.Of(MessageNumber.Ignore, "x"), Msg.Of(MessageNumber.Debug, false, "x", ""), Msg.Of(MessageNumber.Unimplemented, 0u),
            Msg.Of(MessageNumber.Ping, "x"), Msg.Of(MessageNumber.Pong, "x"),
        ];
        for (int i = 0; i < limit; i++)
        {
            peer.Queue(noise[i % noise.Length]);
        }

        await peer.FlushAsync();
        for (int i = 0; i < 5; i++)
        {
            peer.Queue(noise[i]);
        }

        await peer.FlushAsync();
        (await server.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(ConnectionEndReason.ResourceLimit);
    }

    [Fact]
    public async Task Unknown_messages_are_counted_too()
    {
        using var host = new SshTestHost();
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync();
        await using (peer)
        {
            for (int i = 0; i < 1025; i++)
            {
                peer.Queue([200]);
            }

            await peer.FlushAsync();
            (await server.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(ConnectionEndReason.ResourceLimit);
        }
    }

    [Fact]
    public async Task Answers_that_wait_for_the_end_of_a_key_exchange_are_bounded()
    {
        // The server begins a key exchange which the peer never answers; it goes on asking instead.
        using var host = new SshTestHost();
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync(static options => options with { RekeyPackets = 20 });
        await using (peer)
        {
            for (int i = 0; i < 200_000 && !server.IsCompleted; i++)
            {
                peer.Queue(Msg.Of(MessageNumber.GlobalRequest, "unknown@example.com", true));
                if (i % 1000 == 0 && !await peer.FlushAsync())
                {
                    break;
                }
            }

            (await server.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(ConnectionEndReason.ResourceLimit);
        }
    }

    [Fact]
    public async Task Answers_that_the_peer_never_reads_are_bounded()
    {
        using var host = new SshTestHost();
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync();
        await using (peer)
        {
            for (int i = 0; i < 1_000_000 && !server.IsCompleted; i++)
            {
                peer.Queue(Msg.Of(MessageNumber.GlobalRequest, "unknown@example.com", true));
                if (i % 1000 == 0)
                {
                    host.Pool.Budget.Rented.ShouldBeLessThan(16L << 20);
                    if (!await peer.FlushAsync())
                    {
                        break;
                    }
                }
            }

            (await server.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(ConnectionEndReason.ResourceLimit);
        }
    }

    [Fact]
    public async Task A_host_key_that_is_not_the_wanted_one_ends_the_login()
    {
        using var host = new SshTestHost();
        SshLoginException exception = await Should.ThrowAsync<SshLoginException>(
            () => host.LogInAsync(host.ClientOptions() with { AcceptHostKey = static _ => false }));
        exception.Message.ShouldContain("not the expected one");
        host.Authenticator.Attempts.ShouldBeEmpty();
    }
}
