using System.Net.Sockets;
using Hpc.Transport.Connections;

namespace Hpc.Transport.Tests;

public sealed class AcknowledgeTests
{
    [Fact]
    public void What_is_received_and_not_answered_is_acknowledged_once()
    {
        var policy = new AcknowledgePolicy();
        policy.TakeDue().ShouldBeFalse();

        policy.OnReceived();

        policy.TakeDue().ShouldBeTrue();
        policy.TakeDue().ShouldBeFalse();
    }

    [Fact]
    public void What_is_answered_carries_its_own_acknowledgement()
    {
        var policy = new AcknowledgePolicy();
        policy.OnReceived();
        policy.OnSending();

        policy.TakeDue().ShouldBeFalse();
    }

    [Fact]
    public void An_answer_to_what_came_before_does_not_acknowledge_what_came_behind_it()
    {
        var policy = new AcknowledgePolicy();
        policy.OnReceived();
        policy.OnSending();
        policy.OnReceived();

        policy.TakeDue().ShouldBeTrue();
    }

    [Fact]
    public void A_connection_that_receives_without_end_stops_asking()
    {
        var policy = new AcknowledgePolicy();
        int asked = 0;
        for (int i = 0; i < 1000; i++)
        {
            policy.OnReceived();
            asked += policy.TakeDue() ? 1 : 0;
        }

        asked.ShouldBe(AcknowledgePolicy.Limit);
    }

    [Fact]
    public async Task Asking_for_an_acknowledgement_on_a_socket_that_is_gone_does_no_harm()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        SocketOptions.AcknowledgeNow(pair.Peer);
        pair.Peer.Dispose();

        Should.NotThrow(() => SocketOptions.AcknowledgeNow(pair.Peer));
    }

    [Fact]
    public async Task A_send_to_a_peer_that_reset_the_connection_fails_with_the_socket_error()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        pair.Peer.Close(0);
        await Should.ThrowAsync<IOException>(async () => await pair.Connection.Input.ReadAsync());

        IOException error = await Should.ThrowAsync<IOException>(async () =>
        {
            pair.Connection.Output.GetSpan(1)[0] = 1;
            pair.Connection.Output.Advance(1);
            await pair.Connection.Output.FlushAsync();
        });

        error.ShouldBeOfType<Pipes.ConnectionLostException>().SocketError.ShouldBeOneOf(
            SocketError.Shutdown, SocketError.ConnectionReset, SocketError.ConnectionAborted);
    }
}
