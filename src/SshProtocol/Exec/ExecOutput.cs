using System.Buffers;
using System.Text;

namespace Hpc.SshProtocol.Exec;

/// <summary>What a command prints, bounded, and its exit status.</summary>
internal sealed class ExecOutput
{
    private const int MaxLength = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly ArrayBufferWriter<byte> _errors = new();

    public uint Status { get; private set; }

    public ReadOnlySpan<byte> Text => _text.WrittenSpan;

    public ReadOnlySpan<byte> Errors => _errors.WrittenSpan;

    public void Write(ReadOnlySpan<byte> bytes) => Append(_text, bytes);

    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>A message to stderr; the exit status becomes 1.</summary>
    public void Fail(string command, string message)
    {
        Status = 1;
        Append(_errors, Encoding.UTF8.GetBytes($"{command}: {message}\n"));
    }

    private static void Append(ArrayBufferWriter<byte> stream, ReadOnlySpan<byte> bytes) =>
        stream.Write(bytes[..Math.Min(bytes.Length, MaxLength - stream.WrittenCount)]);
}
