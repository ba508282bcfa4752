//! Writes one of every mail as `NAME.html` and `NAME.txt` into a folder, to look at them:
//! `cargo run -p trialogue-notify --example render_mails -- OUTDIR`

use std::{error::Error, fs, path::PathBuf};

#[path = "../tests/it/samples.rs"]
mod samples;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(
        std::env::args_os()
            .nth(1)
            .ok_or("Usage: render_mails OUTDIR")?,
    );
    fs::create_dir_all(&folder)?;
    for (name, mail) in samples::all() {
        let rendered = mail.render(&samples::reader(), &samples::site());
        fs::write(folder.join(format!("{name}.html")), &rendered.html)?;
        fs::write(
            folder.join(format!("{name}.txt")),
            format!("Subject: {}\n\n{}", rendered.subject, rendered.text),
        )?;
        println!("{name}: {}", rendered.subject);
    }
    Ok(())
}
