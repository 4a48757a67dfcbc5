using Hpc.Accounts.SecondFactor;
using Hpc.HttpApi.Models;
using QRCoder;

namespace Hpc.HttpApi.Administration;

/// <summary>What administrators and users alike are told about second factors.</summary>
internal static class SecondFactorAnswers
{
    private const int PixelsPerModule = 6;

    public static IReadOnlyList<TotpConfigAnswer> Configs(SecondFactors factors) =>
        [.. factors.Settings.Select(settings => new TotpConfigAnswer { Name = settings.Name, Issuer = settings.Issuer, Algorithm = settings.AlgorithmName })];

    public static TotpGenerated Generate(TotpSettings settings, string accountName)
    {
        string secret = TotpSecret.New(settings.Algorithm);
        string url = TotpSecret.ToUri(settings, accountName, secret);
        using QRCodeData code = QRCodeGenerator.GenerateQrCode(url, QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(code);
        return new TotpGenerated
        {
            ConfigName = settings.Name,
            Issuer = settings.Issuer,
            Secret = secret,
            Url = url,
            QrCode = Convert.ToBase64String(picture.GetGraphic(PixelsPerModule)),
        };
    }
}
