using System.Buffers.Binary;
using Hpc.Crypto;
using Hpc.Fuzz.Tests.Host;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.SshProtocol.Ssh.Client;
using Hpc.SshProtocol.Ssh.Connection;
using Hpc.Transport.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Fuzz.Tests;

/// <summary>What fuzzing has found, in its shortest form, named by its symptom.</summary>
public sealed class RegressionTests
{
    private const int Reads = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_broken_request_behind_queued_reads_ends_its_channel_and_not_the_connection()
    {
        using var host = new FuzzHost(rekeyBytes: 1L << 30);
        (MemoryConnection client, MemoryConnection server) = MemoryConnection.CreatePair(host.Pool);
        Task<ConnectionEndReason> serving = host.Serve(server);
        await using (SshClient ssh = await LogInAsync(client, host).WaitAsync(Patience))
        {
            IClientChannel channel = await ssh.OpenSubsystemAsync("sftp");
            await channel.WriteAsync(new byte[] { 0, 0, 0, 5, (byte)SftpMessageType.Init, 0, 0, 0, 3 }, CancellationToken.None);
            await ReadPacketAsync(channel);
            await channel.WriteAsync(Request(SftpMessageType.Open, new SftpFieldWriter().Path("big").UInt32(1).UInt32(0)), CancellationToken.None);
            byte[] handle = (await ReadPacketAsync(channel))[9..];
            byte[] read = Request(SftpMessageType.Read, new SftpFieldWriter().Bytes(handle).UInt64(0).UInt32(32 * 1024));
            byte[] broken = [0, 0, 0, 0, 0, 0, 0, 0];
            await channel.WriteAsync((byte[])[.. Enumerable.Repeat(read, Reads).SelectMany(static r => r), .. broken], CancellationToken.None);
            await DrainAsync(channel).WaitAsync(Patience);

            IClientChannel next = await ssh.OpenSubsystemAsync("sftp").WaitAsync(Patience);
            await next.WriteAsync(new byte[] { 0, 0, 0, 5, (byte)SftpMessageType.Init, 0, 0, 0, 3 }, CancellationToken.None);
            (await ReadPacketAsync(next))[0].ShouldBe((byte)SftpMessageType.Version);
        }

        client.Dispose();
        (await serving.WaitAsync(Patience)).ShouldBe(ConnectionEndReason.ClosedByPeer);
        host.Log.Faults.ShouldBeEmpty();
    }

    private static Task<SshClient> LogInAsync(MemoryConnection connection, FuzzHost host)
    {
        var options = new SshClientOptions
        {
            Connection = new SshConnectionOptions { Algorithms = SshAlgorithms.Of(CryptoProfile.Default), SoftwareVersion = "test" },
            UserName = FuzzAuthenticator.User,
            Password = FuzzHost.Password,
            AcceptHostKey = static _ => true,
        };
        return SshClient.LogInAsync(connection, options, host.Pool, NullLogger.Instance, CancellationToken.None);
    }

    private static byte[] Request(SftpMessageType type, SftpFieldWriter fields)
    {
        byte[] request = [0, 0, 0, 0, (byte)type, 0, 0, 0, 1, .. fields.Fields.Span];
        BinaryPrimitives.WriteUInt32BigEndian(request, (uint)request.Length - 4);
        return request;
    }

    private static async Task<byte[]> ReadPacketAsync(IClientChannel channel)
    {
        byte[] length = await ReadExactlyAsync(channel, 4);
        return await ReadExactlyAsync(channel, BinaryPrimitives.ReadInt32BigEndian(length));
    }

    private static async Task<byte[]> ReadExactlyAsync(IClientChannel channel, int count)
    {
        var bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            int read = await channel.ReadAsync(bytes.AsMemory(at), CancellationToken.None).AsTask().WaitAsync(Patience);
            read.ShouldBeGreaterThan(0);
            at += read;
        }

        return bytes;
    }

    private static async Task DrainAsync(IClientChannel channel)
    {
        var buffer = new byte[64 * 1024];
        while (await channel.ReadAsync(buffer, CancellationToken.None) > 0)
        {
        }
    }
}
