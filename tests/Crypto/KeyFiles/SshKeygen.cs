using System.Diagnostics;
using System.Text;

namespace Hpc.Crypto.Tests.KeyFiles;

/// <summary>OpenSSH's ssh-keygen in a directory of its own, which is removed at the end.</summary>
internal sealed class SshKeygen : IDisposable
{
    private const string Program = "ssh-keygen";

    private readonly string _directory = Directory.CreateTempSubdirectory("hpc-keys-").FullName;

    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, Program)));

    public string PathOf(string name) => Path.Combine(_directory, name);

    public string WriteKey(string name, string text)
    {
        string path = PathOf(name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }

    public string ReadKey(string name) => File.ReadAllText(PathOf(name));

    public string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program)
        {
            WorkingDirectory = _directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{string.Join(' ', arguments)}: {errors.Result}");
        return output.Trim();
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
