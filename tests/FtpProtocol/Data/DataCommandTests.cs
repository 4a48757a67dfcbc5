using System.Net;
using System.Net.Sockets;
using Hpc.FtpProtocol.Control;

namespace Hpc.FtpProtocol.Tests.Data;

public sealed class DataCommandTests
{
    private static readonly FtpDataOptions Active = new() { ActiveMode = true };

    [Fact]
    public async Task PASV_tells_the_address_and_the_port_that_is_listened_on()
    {
        using var rig = new DataRig(new FtpDataOptions { ExternalAddress = IPAddress.Parse("203.0.113.9") });
        FtpReply reply = await rig.RunAsync("PASV");
        reply.Code.ShouldBe(227);
        reply.Text.ShouldMatch(@"^Entering Passive Mode \(203,0,113,9,\d+,\d+\)\.$");
        using Socket socket = await DataRig.ConnectAsync(DataRig.PortOf(reply));
        rig.Data.IsPrepared.ShouldBeTrue();
    }

    [Theory]
    [InlineData("127.0.0.1", "EPSV", 229)]
    [InlineData("127.0.0.1", "EPSV 1", 229)]
    [InlineData("127.0.0.1", "EPSV 2", 522)]
    [InlineData("127.0.0.1", "EPSV 3", 522)]
    [InlineData("127.0.0.1", "EPSV x", 501)]
    [InlineData("127.0.0.1", "EPSV 1 2", 501)]
    [InlineData("127.0.0.1", "EPSV -1", 501)]
    [InlineData("::1", "EPSV", 229)]
    [InlineData("::1", "EPSV 2", 229)]
    [InlineData("::1", "EPSV 1", 522)]
    [InlineData("::1", "PASV", 522)]
    public async Task EPSV_takes_the_family_of_the_control_connection(string address, string line, int code)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "No IPv6.");
        using var rig = new DataRig(client: address, server: address);
        FtpReply reply = await rig.RunAsync(line);
        reply.Code.ShouldBe(code);
        rig.Data.IsPrepared.ShouldBe(code == 229);
        if (code == 229)
        {
            reply.Text.ShouldMatch(@"\(\|\|\|\d+\|\)$");
            using Socket socket = await DataRig.ConnectAsync(DataRig.PortOf(reply), address, address);
        }
        else if (code == 522)
        {
            reply.Text.ShouldEndWith(address == "::1" ? "use (2)" : "use (1)");
        }
    }

    [Fact]
    public async Task After_EPSV_ALL_only_EPSV_is_taken_until_the_session_begins_anew()
    {
        using var rig = new DataRig(Active);
        (await rig.RunAsync("EPSV all")).Code.ShouldBe(200);
        rig.Data.IsPrepared.ShouldBeFalse();
        foreach (string line in (string[])["PASV", "PORT 127,0,0,1,200,1", "EPRT |1|127.0.0.1|50000|"])
        {
            (await rig.RunAsync(line)).Code.ShouldBe(503);
            rig.Data.IsPrepared.ShouldBeFalse();
        }

        (await rig.RunAsync("EPSV")).Code.ShouldBe(229);
        rig.Data.Forget();
        (await rig.RunAsync("PASV")).Code.ShouldBe(503);
        rig.Data.IsProtected = true;
        rig.Data.Reset();
        rig.Data.IsProtected.ShouldBeFalse();
        (await rig.RunAsync("PASV")).Code.ShouldBe(227);
    }

    [Theory]
    [InlineData("PORT 127,0,0,1,200,1")]
    [InlineData("EPRT |1|127.0.0.1|50000|")]
    public async Task Active_mode_is_off_unless_it_is_switched_on(string line)
    {
        using var rig = new DataRig();
        (await rig.RunAsync(line)).Code.ShouldBe(502);
        rig.Data.IsPrepared.ShouldBeFalse();
        rig.Session.Services.Commands.Features.ShouldNotContain("EPRT");
    }

    [Theory]
    [InlineData("PORT 127,0,0,1,200,1", 200)]
    [InlineData("PORT 127,0,0,1,4,0", 200)]
    [InlineData("PORT 127,0,0,1,3,255", 504)]
    [InlineData("PORT 127,0,0,1,0,22", 504)]
    [InlineData("PORT 127,0,0,2,200,1", 504)]
    [InlineData("PORT 8,8,8,8,200,1", 504)]
    [InlineData("PORT 0,0,0,0,200,1", 504)]
    [InlineData("PORT 127,0,0,1,200", 501)]
    [InlineData("PORT", 501)]
    [InlineData("EPRT |1|127.0.0.1|50000|", 200)]
    [InlineData("EPRT |1|127.0.0.2|50000|", 504)]
    [InlineData("EPRT |1|127.0.0.1|25|", 504)]
    [InlineData("EPRT |2|::1|50000|", 522)]
    [InlineData("EPRT |2|::ffff:127.0.0.1|50000|", 522)]
    [InlineData("EPRT |7|x|50000|", 522)]
    [InlineData("EPRT |1|127.0.0.1|", 501)]
    public async Task The_server_calls_the_client_alone_and_no_port_of_a_service(string line, int code)
    {
        using var rig = new DataRig(Active);
        (await rig.RunAsync(line)).Code.ShouldBe(code);
        rig.Data.IsPrepared.ShouldBe(code == 200);
    }

    [Theory]
    [InlineData("PORT 198,51,100,7,200,1", 200)]
    [InlineData("PORT 198,51,100,7,0,25", 504)]
    [InlineData("PORT 127,0,0,2,200,1", 504)]
    [InlineData("PORT 169,254,169,254,200,1", 504)]
    [InlineData("PORT 224,0,0,1,200,1", 504)]
    [InlineData("PORT 255,255,255,255,200,1", 504)]
    [InlineData("PORT 0,1,2,3,200,1", 504)]
    [InlineData("PORT 192,0,2,1,200,1", 504)]
    public async Task Third_parties_that_an_operator_allows_are_never_the_server_or_many_hosts(string line, int code)
    {
        using var rig = new DataRig(Active with { AllowsForeignActivePeer = true }, client: "192.0.2.9", server: "192.0.2.1");
        (await rig.RunAsync(line)).Code.ShouldBe(code);
    }

    [Fact]
    public async Task A_refused_PORT_and_each_new_preparation_give_the_one_before_up()
    {
        using var rig = new DataRig(Active);
        await rig.RunAsync("PASV");
        rig.Ports.Count.ShouldBe(1);
        (await rig.RunAsync("PORT 8,8,8,8,200,1")).Code.ShouldBe(504);
        rig.Ports.Count.ShouldBe(0);
        rig.Data.IsPrepared.ShouldBeFalse();
        await rig.RunAsync("PASV");
        (await rig.RunAsync("PORT 127,0,0,1,200,1")).Code.ShouldBe(200);
        rig.Ports.Count.ShouldBe(0);
        await rig.RunAsync("EPSV");
        rig.Ports.Count.ShouldBe(1);
        rig.Data.IsPrepared.ShouldBeTrue();
    }

    [Fact]
    public async Task PRET_is_taken()
    {
        using var rig = new DataRig();
        (await rig.RunAsync("PRET RETR a file")).Code.ShouldBe(200);
        (await rig.RunAsync("PRET")).Code.ShouldBe(501);
    }
}
