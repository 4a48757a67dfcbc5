using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hpc.HttpApi.Tests;

/// <summary>A request whose body comes after its sender was let in: the server asks for the body (RFC 9110 §10.1.1) only when it reads it.</summary>
internal sealed class SlowRequest : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly byte[] _body;
    private readonly NetworkStream _stream;
    private readonly StreamReader _answer;

    private SlowRequest(Uri server, string body)
    {
        _client.Connect(IPAddress.Parse(server.Host), server.Port);
        _stream = _client.GetStream();
        _answer = new StreamReader(_stream, Encoding.ASCII);
        _body = Encoding.UTF8.GetBytes(body);
    }

    /// <summary>Sends everything but the body; the server has let its sender in when this returns.</summary>
    public static async Task<SlowRequest> BeginAsync(ApiServer server, ApiClient client, string method, string path, string body, string type = "application/json")
    {
        var request = new SlowRequest(server.BaseAddress, body);
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"{method} /api/v2{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {client.Token}\r\nContent-Type: {type}\r\nContent-Length: {request._body.Length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
        await request._stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        string? line = await request._answer.ReadLineAsync();
        line.ShouldNotBeNull().ShouldContain(" 100 ");
        (await request._answer.ReadLineAsync()).ShouldBe("");
        return request;
    }

    /// <summary>Sends the body; the status of the answer.</summary>
    public async Task<int> EndAsync()
    {
        await _stream.WriteAsync(_body);
        string line = (await _answer.ReadLineAsync()).ShouldNotBeNull();
        return int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _answer.Dispose();
        _client.Dispose();
    }
}
